/* A bare mirror of a tree's repository, below the state folder. One process works on it at a time;
 * a git that outlived a killed server still holds the lock. */
#pragma once

#include <stdio.h>

#include "work/git.h"

struct mirror {
	struct git git;
	char *path; /* the bare repository */
};

enum { MIRROR_BUSY = 8, MIRROR_USED = 9 };

/* Opens the mirror of the tree `name` in `folder`, made when absent, cleaned of what a killed git
 * left behind. mirror_close ends it. 0, MIRROR_BUSY, GIT_… (*said) or a fault. */
int mirror_open(
	struct mirror *mirror, const char *folder, const char *name, int stop_fd, char **said);
void mirror_close(struct mirror *mirror);

/* Removes the mirror of `name`. 0; MIRROR_BUSY; MIRROR_USED when it was opened within
 * MIRROR_UNUSED_DAYS; or a fault. While that goes on the folder's name ends in MIRROR_GONE. */
enum { MIRROR_UNUSED_DAYS = 7 };
#define MIRROR_GONE ".git.gone"
int mirror_drop(const char *folder, const char *name);

/* Fetches all branches and tags, forced and pruned, and keeps the mirror quick. 0, GIT_… (*said)
 * or a fault. */
int mirror_fetch(const struct mirror *mirror, const char *url, char **said);

/* Branches and tags (HISTORY_REF_FORMAT). 0, GIT_… or a fault. */
int mirror_refs(const struct mirror *mirror, FILE **out, char **said);
/* Commits that are reached and not by `known` (one "^hash" a line), parents first
 * (HISTORY_COMMIT_FORMAT). */
int mirror_commits(const struct mirror *mirror, FILE *known, FILE **out, char **said);
/* The first-parent line of a branch, the root first. */
int mirror_line(const struct mirror *mirror, const char *branch, FILE **out, char **said);

/* A commit as git format-patch makes it; nothing for a merge. */
int mirror_patch(const struct mirror *mirror, const char *hash, FILE **out, char **said);
/* The paths that these commits touch, `hashes` one a line: each commit's hash, then its paths, a
 * line each, in that order; a merge's are those that differ from all its parents. */
int mirror_touched(const struct mirror *mirror, FILE *hashes, FILE **out, char **said);
