/* Outlives the runner by a moment, to end what a killed one leaves running. PR_SET_PDEATHSIG alone
 * does not: it is lost when a program changes its credentials, and bwrap's inner process asks for
 * it only once its mounts are made, so one whose parent dies before that lives on. */
#pragma once

#include <sys/types.h>

struct guard {
	pid_t pid;
	int fd; /* the pipe whose end tells the guard that the runner is gone */
};

/* Forks the guard, so before any thread; marks all children started from now on
 * (PROCESS_MARK_START). 0 or a fault. */
int guard_start(struct guard *out);

/* Lets it end what is left, if anything is, and waits for it. Safe on a zeroed struct. */
void guard_end(struct guard *guard);
