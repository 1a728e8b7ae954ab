/* The program that stresses the kernel, as a child of init. It is called `PROGRAM ARGS… -t SECONDS`
 * with the disk under test as its working folder; what it prints goes to the console.
 *
 * A program of ours (progress=pipe) talks on descriptor 3, which FAULTLINE_FD names in its
 * environment: it writes the line "ready" when its files are made, waits for the line "go", and
 * writes "progress DONE OF" as often as it likes. A foreign program (progress=time) is started at
 * "go", and its progress is the time that has passed. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

struct orders;
struct report;

struct workload {
	const struct orders *orders;
	struct report *report;
	pid_t pid;  /* 0 while there is none */
	int fd;     /* our end of the talk, -1 if there is none */
	int status; /* as of waitpid, once it has ended */
	size_t used;
	char text[256]; /* the beginning of a line that has not come whole */
};

void workload_init(struct workload *workload, const struct orders *orders, struct report *report);

/* Starts a program that talks and waits until it is ready; for a foreign one there is nothing to
 * prepare. 0 or a fault. */
int workload_prepare(struct workload *workload);

/* Lets it begin, sends its progress to the host and waits for its end or the time limit. `sampler`
 * is the other child: when it ends with status 0 enough migrations were tried, and the workload is
 * ended; otherwise its end is a fault. So is any exit status of the workload's but 0. The report
 * says which of the two ended it, if both could. 0 or a fault.
 */
int workload_work(struct workload *workload, pid_t sampler);

/* Ends it, if it still runs, with all of its children. */
void workload_stop(struct workload *workload);
