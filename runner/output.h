/* What a build left in its worktree. A Makefile may have put links there that lead elsewhere, to
 * the runner's token say, or pipes that never end: these open only plain files that truly lie in
 * the worktree. */
#pragma once

#include <stddef.h>

struct attempt;

enum { OUTPUT_ABSENT = 1 };

/* Opens `path`, which lies below attempt->worktree. 0 with *fd the caller's; OUTPUT_ABSENT: there
 * is no such file; or a fault. */
int output_open(const struct attempt *attempt, const char *path, int *fd);

/* Its text, at most `limit_bytes`; *out is zero-terminated and the caller's. 0, OUTPUT_ABSENT or a
 * fault (also when it is larger). */
int output_read(const struct attempt *attempt, const char *path, size_t limit_bytes, char **out);

/* Copies it to `to`, outside. 0 or a fault (also when it is not there). */
int output_copy(const struct attempt *attempt, const char *path, const char *to);
