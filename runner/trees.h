/* The mirrors and worktrees of git trees: each tree's stay for its next commit, gigabytes each, so
 * those that no job has used for long go, and the longest unused when all together are too large.
 * The time of last use is the folder's modification time. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What is remembered from one look to the next; zero at first. */
struct trees {
	int count;           /* folders there were */
	int64_t measured_ns; /* when their sizes were looked at */
};

enum { TREES_UNUSED_DAYS = 30 };

/* A job uses this folder now. */
void trees_use(const char *path);

/* Whether a worktree holds but its commit and folders of outputs. A build in the sandbox can write
 * nowhere else, so what was cleaned stays clean; one without may have littered. */
bool trees_is_clean(const char *worktree);
void trees_clean(const char *worktree);
void trees_litter(const char *worktree);

/* Between two jobs, when nothing is in use: removes what is unused for TREES_UNUSED_DAYS, then the
 * longest unused until all fits in `limit_bytes`; the one that was used last stays in any case.
 * Sizes are looked at when there are more folders than before, else once a day: it takes seconds.
 */
void trees_tidy(struct trees *trees, const char *state, int64_t limit_bytes);
