/* The program that stresses the kernel, as a child of init. */
#include "workload.h"
#include "clock.h"
#include "orders.h"
#include "report.h"
#include "wait.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* PREPARE: 64 MB of files on an emulated machine that shares its host take seconds; minutes mean a
 * hang. GRACE: how long a program may take to end after its time. STOP: how long after SIGKILL. */
enum { PREPARE_LIMIT_MS = 300000, GRACE_MS = 60000, STOP_LIMIT_MS = 5000 };
enum { TALK_FD = 3, SECOND_NS = 1000000000 };

static void on_child(int signal)
{
	(void)signal; /* it only has to interrupt ppoll */
}

void workload_init(struct workload *workload, const struct orders *orders, struct report *report)
{
	const struct sigaction action = {.sa_handler = on_child};
	sigaction(SIGCHLD, &action, NULL);
	sigset_t child;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	memset(workload, 0, sizeof(*workload));
	workload->orders = orders;
	workload->report = report;
	workload->fd = -1;
}

/* posix_spawn, since it answers why exec failed. `theirs` becomes descriptor 3 unless it is -1. */
static int spawn(struct workload *workload, char **argv, int theirs)
{
	static char *const environment[] = {
		"PATH=/usr/bin:/bin:/usr/sbin:/sbin", "HOME=/tmp", "FAULTLINE_FD=3", NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_addchdir_np(&actions, workload->orders->folder);
	if (theirs >= 0) {
		posix_spawn_file_actions_adddup2(&actions, theirs, TALK_FD);
	}
	sigset_t none;
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
	errno = posix_spawn(&workload->pid, argv[0], &actions, &attributes, argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return errno == 0 ? 0 : report_fault_errno(workload->report, "cannot start '%s'", argv[0]);
}

static int start(struct workload *workload, int theirs)
{
	const struct orders *orders = workload->orders;
	char *argv[ORDERS_ARGS_MAX + 4] = {(char *)orders->program};
	char seconds[24];
	size_t count = 1;
	for (size_t i = 0; orders->args[i] != NULL; i++) {
		argv[count++] = orders->args[i];
	}
	snprintf(seconds, sizeof(seconds), "%" PRId64, orders->seconds);
	argv[count++] = "-t";
	argv[count] = seconds;
	const int r = spawn(workload, argv, theirs);
	workload->pid = r < 0 ? 0 : workload->pid;
	return r;
}

enum talk { TALK_NONE, TALK_READY, TALK_PROGRESS };

/* Takes one line out of what has come. */
static enum talk talk_line(struct workload *workload, int64_t *done, int64_t *of)
{
	char *end = memchr(workload->text, '\n', workload->used);
	if (end == NULL) {
		return TALK_NONE;
	}
	*end = '\0';
	enum talk talk = TALK_NONE;
	if (strcmp(workload->text, "ready") == 0) {
		talk = TALK_READY;
	} else if (sscanf(workload->text, "progress %" SCNd64 " %" SCNd64, done, of) == 2) {
		talk = TALK_PROGRESS;
	}
	const size_t taken = (size_t)(end + 1 - workload->text);
	workload->used -= taken;
	memmove(workload->text, end + 1, workload->used);
	return talk;
}

/* Takes in what the program has written. */
static void talk_read(struct workload *workload)
{
	if (workload->used == sizeof(workload->text)) {
		workload->used = 0; /* 256 bytes without a line end: no sense in them */
	}
	const ssize_t got = read(workload->fd, workload->text + workload->used,
		sizeof(workload->text) - workload->used);
	if (got > 0) {
		workload->used += (size_t)got;
		return;
	}
	close(workload->fd);
	workload->fd = -1;
}

/* Waits until the program says something, a child ends or the limit passes. */
static enum talk talk_wait(struct workload *workload, int64_t limit_ns, int64_t *done, int64_t *of)
{
	const enum talk talk = talk_line(workload, done, of);
	if (talk != TALK_NONE) {
		return talk;
	}
	sigset_t none;
	sigemptyset(&none);
	const int left_ms = wait_left_ms(limit_ns);
	const struct timespec left = {left_ms / 1000, left_ms % 1000 * 1000000L};
	struct pollfd p = {.fd = workload->fd, .events = POLLIN};
	/* SIGCHLD is let in only here, so that an end just before the wait is not slept through. */
	if (ppoll(&p, 1, &left, &none) > 0) {
		talk_read(workload);
	}
	return talk_line(workload, done, of);
}

/* The workload has ended: 0, or a fault that says how. */
static int judge_end(struct workload *workload)
{
	const char *name = workload->orders->workload;
	workload->pid = 0;
	if (WIFSIGNALED(workload->status)) {
		return report_fault(workload->report, "workload %s ended by signal %d", name,
			WTERMSIG(workload->status));
	}
	if (WEXITSTATUS(workload->status) != 0) {
		return report_fault(workload->report, "workload %s ended with status %d", name,
			WEXITSTATUS(workload->status));
	}
	return 0;
}

enum end { END_NONE, END_WORKLOAD, END_ENOUGH, END_SAMPLER };

/* Buries whatever child has ended; init inherits grandchildren too. */
static enum end reap(struct workload *workload, pid_t sampler)
{
	enum end end = END_NONE;
	int status = 0;
	for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0;
		pid = waitpid(-1, &status, WNOHANG)) {
		if (pid == workload->pid) {
			workload->status = status;
			return END_WORKLOAD;
		}
		end = pid != sampler ? end : status == 0 ? END_ENOUGH : END_SAMPLER;
	}
	return end;
}

static int open_talk(struct workload *workload)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		return report_fault_errno(workload->report, "cannot make a socket pair");
	}
	workload->fd = ends[0];
	const int r = start(workload, ends[1]);
	close(ends[1]);
	return r;
}

int workload_prepare(struct workload *workload)
{
	const char *name = workload->orders->workload;
	if (!workload->orders->has_pipe) {
		return 0;
	}
	const int r = open_talk(workload);
	if (r < 0) {
		return r;
	}
	const int64_t limit_ns = wait_limit_ns(PREPARE_LIMIT_MS);
	int64_t done = 0, of = 0;
	while (wait_left_ms(limit_ns) > 0) {
		if (talk_wait(workload, limit_ns, &done, &of) == TALK_READY) {
			return 0;
		}
		if (reap(workload, 0) == END_WORKLOAD) {
			judge_end(workload);
			return report_fault(
				workload->report, "workload %s ended before it was ready", name);
		}
	}
	return report_fault(
		workload->report, "workload %s not ready after %d ms", name, PREPARE_LIMIT_MS);
}

/* Sends the progress of a foreign program: the seconds that have passed. Answers when to look
 * again. */
static int64_t send_time(struct workload *workload, int64_t start_ns)
{
	const int64_t passed = (clock_now_ns() - start_ns) / SECOND_NS;
	const int64_t of = workload->orders->seconds;
	report_progress(workload->report, passed < of ? passed : of, of);
	return start_ns + (passed + 1) * SECOND_NS;
}

static int begin(struct workload *workload)
{
	if (!workload->orders->has_pipe) {
		return start(workload, -1);
	}
	if (write(workload->fd, "go\n", 3) != 3) {
		return report_fault_errno(workload->report, "cannot tell the workload to go");
	}
	return 0;
}

/* It has ended, or `migrations` ended it. */
static int note_end(struct workload *workload, bool is_enough)
{
	if (workload->orders->migrations > 0) {
		workload->report->ended_by = is_enough ? "migrations" : "time";
	}
	if (!is_enough) {
		return judge_end(workload);
	}
	workload_stop(workload);
	return 0;
}

int workload_work(struct workload *workload, pid_t sampler)
{
	const int64_t start_ns = clock_now_ns();
	const int64_t limit_ns = wait_limit_ns(workload->orders->seconds * 1000 + GRACE_MS);
	int r = begin(workload);
	int64_t next_ns = workload->orders->has_pipe ? limit_ns : start_ns;
	int64_t done = 0, of = 0;
	while (r == 0 && wait_left_ms(limit_ns) > 0) {
		next_ns = clock_now_ns() < next_ns ? next_ns : send_time(workload, start_ns);
		if (talk_wait(workload, next_ns, &done, &of) == TALK_PROGRESS) {
			r = report_progress(workload->report, done, of);
		}
		switch (reap(workload, sampler)) {
		case END_NONE:
			break;
		case END_WORKLOAD:
			return note_end(workload, false);
		case END_ENOUGH:
			return note_end(workload, true);
		case END_SAMPLER:
			r = report_fault(workload->report, "the sampler has ended");
		}
	}
	return r < 0 ? r
		     : report_fault(workload->report, "workload %s still runs %d s after its time",
			       workload->orders->workload, GRACE_MS / 1000);
}

void workload_stop(struct workload *workload)
{
	if (getpid() != 1) {
		return; /* no world of ours: this would end a machine's */
	}
	/* Everything but init: programs like stress-ng give their children sessions of their own.
	 */
	kill(-1, SIGKILL);
	const int64_t limit_ns = wait_limit_ns(STOP_LIMIT_MS);
	while (waitpid(-1, &workload->status, WNOHANG) >= 0) {
		if (!wait_tick(limit_ns)) {
			report_fault(workload->report, "a process of workload %s does not die",
				workload->orders->workload);
			return;
		}
	}
	workload->pid = 0;
}
