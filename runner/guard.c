/* A process of its own with nothing but a pipe, since nobody can catch SIGKILL. */
#include "runner/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/process.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"

enum { GUARD_FD = 3, GUARD_PASSES_MAX = 500, GUARD_PAUSE_US = 20000 };

/* Twice without a find, since one that is looked at may be just forking. */
static void guard_sweep(const char *mark)
{
	int quiet = 0;
	for (int i = 0; i < GUARD_PASSES_MAX && quiet < 2; i++) {
		quiet = process_sweep(PROCESS_MARK_START, mark) == 0 ? quiet + 1 : 0;
		usleep(GUARD_PAUSE_US);
	}
}

/* What ends the runner's group, a terminal's Ctrl-C or systemd, must not end this before it. */
static void guard_run(int fd, const char *mark)
{
	char byte;
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigaction(SIGTERM, &ignore, NULL);
	sigaction(SIGINT, &ignore, NULL);
	sigaction(SIGHUP, &ignore, NULL);
	prctl(PR_SET_NAME, "runner-guard");
	if (dup2(fd, GUARD_FD) < 0) {
		_exit(EXIT_FAILURE);
	}
	close_range(GUARD_FD + 1, ~0U, 0); /* the state folder's lock is among them */
	while (read(GUARD_FD, &byte, 1) < 0 && errno == EINTR) {
	}
	guard_sweep(mark);
	_exit(EXIT_SUCCESS);
}

int guard_start(struct guard *out)
{
	int ends[2];
	*out = (struct guard){0};
	_free_ char *mark = alloc_format("%d.%lld", getpid(), (long long)number_monotonic_ns());
	setenv(PROCESS_MARK_START, mark, 1);
	if (pipe2(ends, O_CLOEXEC) < 0) {
		return log_errno("cannot make a pipe");
	}
	const pid_t pid = fork();
	if (pid == 0) {
		close(ends[1]);
		guard_run(ends[0], mark);
	}
	close(ends[0]);
	if (pid < 0) {
		close(ends[1]);
		return log_errno("cannot start the guard of our processes");
	}
	*out = (struct guard){.pid = pid, .fd = ends[1]};
	return 0;
}

void guard_end(struct guard *guard)
{
	if (guard->pid > 0) {
		close(guard->fd);
		waitpid(guard->pid, NULL, 0);
		*guard = (struct guard){0};
	}
}
