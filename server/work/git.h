/* The one place that runs the git program: no shell, a clean environment, only fetching protocols,
 * a time limit. What git writes goes to unnamed files, so that nothing blocks on a full pipe and an
 * answer is read only when git has ended well. */
#pragma once

#include <stdio.h>

struct git {
	const char *folder; /* where unnamed files are made; git's own settings come from its
			       gitconfig */
	int stop_fd;        /* readable: end git at once; -1: never */
	int lock_fd; /* inherited by git, so that a lock on it outlives us as long as git runs; -1:
		      * none */
};

/* GIT_REFUSED: git said no, *said has its words. GIT_STOPPED: stop_fd. GIT_SLOW: the time limit. */
enum { GIT_REFUSED = 1, GIT_STOPPED = 2, GIT_SLOW = 3 };

/* Makes the folder and the settings that every run of git has. 0 or a fault. */
int git_init(const char *folder);

/* Runs git with `arguments` (NULL-ended, without "git" itself). `input`: read by git from its
 * beginning; NULL is nothing. *out: what it wrote, from the beginning, the caller's (fclose); `out`
 * may be NULL. *said: its complaints, made fit for people, at most 2 KiB, the caller's; set on
 * GIT_REFUSED and GIT_SLOW. 0, GIT_…, or a fault. */
int git_run(const struct git *git, const char *const *arguments, FILE *input, int limit_s,
	FILE **out, char **said);
#define GIT_RUN(git, input, limit_s, out, said, ...)                                               \
	git_run(git, (const char *const[]){__VA_ARGS__, NULL}, input, limit_s, out, said)

/* An unnamed file in `folder`, for input. NULL: logged. */
FILE *git_file(const char *folder);
