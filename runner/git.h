/* The git program, plumbing where there is some, with none of the user's configuration. */
#pragma once

#include "runner/attempt.h"

enum { GIT_FAILED = 5 };

/* Writes state/gitconfig, which is all the configuration git gets. 0 or a fault. */
int git_prepare(const char *state);

/* Runs git in `folder` with the words up to NULL. 0; GIT_FAILED when it said no; ATTEMPT_ENDED
 * (halted, too late); or a fault. *output (may be NULL) is what it printed on both outputs, the
 * caller's. */
int git_run(struct attempt *attempt, const char *folder, int64_t until_ns, char **output, ...)
	__attribute__((sentinel));

/* As git_run, for what touches a worktree: in the sandbox, where only the two folders can be
 * written and there is no network. */
struct git_place {
	const char *folder; /* to work in: one of the next two */
	const char *worktree, *mirror;
};
int git_tree(struct attempt *attempt, const struct git_place *place, int64_t until_ns,
	char **output, ...) __attribute__((sentinel));

/* As git_run, standard output only and without the line feed at its end: for answers. */
int git_ask(struct attempt *attempt, const char *folder, int64_t until_ns, char **output, ...)
	__attribute__((sentinel));
