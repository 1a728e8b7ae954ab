/* Other programs: started without a shell, in a process group of their own, with a cleaned
 * environment, ended as a whole group. A program dies with the runner, however that ends
 * (PR_SET_PDEATHSIG); what slips through that is found by its environment, at once by the guard and
 * at the next start (process_sweep). */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "runner/bounds.h"
#include "runner/halt.h"

enum {
	PROCESS_RUNNING = 1,
	PROCESS_HALTED = 2,
	PROCESS_LATE = 3,
	PROCESS_MEMORY = 4, /* it passed its bounds, of which see bounds.h, and was ended … */
	PROCESS_TASKS = 5,
};
enum { PROCESS_SIGNALLED = 256 }; /* a status from here on is this + the signal's number */
enum { PROCESS_EXTRA_FD = 3 };    /* where a child finds spec->extra_fd */

/* In every child's environment: the runner's state folder, and which start of a runner it was. */
#define PROCESS_MARK_STATE "FAULTLINE_RUNNER_STATE"
#define PROCESS_MARK_START "FAULTLINE_RUNNER_START"

struct process_spec {
	const char *const *argv; /* ends with NULL; argv[0] is looked up in PATH */
	const char *folder;      /* to work in, or NULL */
	const char *const *env;  /* more "NAME=value", ends with NULL, or NULL */
	int output_fd, error_fd; /* 0: /dev/null */
	int extra_fd;            /* 0: none */
	int nice;
	int death_signal;            /* sent when the runner dies; 0: SIGTERM */
	bool is_boxed;               /* argv begins with sandbox_words() */
	const struct bounds *bounds; /* of it and all that comes of it; NULL: none */
};

struct process {
	pid_t pid; /* and process group; 0: none */
	int fd;    /* pidfd: readable when it has ended */
	bool is_boxed;
	struct bounded bounded;
};

/* 0 or a fault (the program is missing …, already logged). */
int process_start(const struct process_spec *spec, struct process *out);

/* Waits until `until_ns` (CLOCK_MONOTONIC). 0: it has ended, is reaped with all its group, *status
 * is its exit code or PROCESS_SIGNALLED + signal. PROCESS_RUNNING: the time is over.
 * PROCESS_HALTED: `halt` (may be NULL) is set. PROCESS_MEMORY, PROCESS_TASKS: it passed a bound,
 * and is ended and reaped with all that came of it. */
int process_wait(struct process *process, const struct halt *halt, int64_t until_ns, int *status);

/* What was too much, in words behind "took "; NULL: the outcome is another. */
const char *process_passed(int outcome);

/* Kills the whole group if it runs, and reaps it. Safe on a zeroed struct. */
void process_kill(struct process *process);

/* The same with a polite SIGTERM and up to two seconds first, so that make and git clear up: what
 * make was about to write goes, else the next build would take half an object for a whole one. In a
 * sandbox all but its first process are told, since all die with that one. */
void process_end(struct process *process);

/* Starts, waits until `until_ns`, ends. 0 with *status, PROCESS_LATE, PROCESS_HALTED,
 * PROCESS_MEMORY, PROCESS_TASKS or a fault. */
int process_run(
	const struct process_spec *spec, const struct halt *halt, int64_t until_ns, int *status);

/* As process_run; *out is what it printed on standard output and, when `is_both`, on standard
 * error, at most PROCESS_OUTPUT_MAX bytes, zero-terminated, the caller's. */
enum { PROCESS_OUTPUT_MAX = 1 << 20 };
int process_capture(const struct process_spec *spec, const struct halt *halt, int64_t until_ns,
	int is_both, int *status, char **out);

/* Kills what runs with this mark, of the two above, but the caller. Answers how many there were. */
int process_sweep(const char *mark, const char *value);
