/* The process that reads the counters while the workload works. */
#include "sampler.h"
#include "clock.h"
#include "counters.h"
#include "report.h"
#include "wait.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* The contract is 50 ms. Under emulation with both vcpus busy a tick was up to 20 ms late on a
 * quiet host, 30 ms on one with other work. */
static const int64_t tick_ns = 20000000;
enum {
	TICKS_PER_VMSTAT = 50,
	PRIORITY = 50,
	NICE_BEST = -20,
	START_LIMIT_MS = 30000,
	STOP_LIMIT_MS = 5000
};

/* Whatever of this the kernel refuses only makes the samples less even, which they show themselves.
 */
static void raise_priority(void)
{
	const struct sched_param fifo = {.sched_priority = PRIORITY};
	if (sched_setscheduler(0, SCHED_FIFO, &fifo) < 0) {
		setpriority(PRIO_PROCESS, 0, NICE_BEST);
	}
	mlockall(MCL_CURRENT | MCL_FUTURE);
}

/* Sleeps until the next tick of the grid that began at *next_ns; ticks that were missed are left
 * out, never caught up in a burst. */
static void sleep_to_tick(int64_t *next_ns)
{
	const int64_t now_ns = clock_now_ns();
	if (*next_ns < now_ns) {
		*next_ns += (now_ns - *next_ns) / tick_ns * tick_ns + tick_ns;
	}
	const struct timespec at = {*next_ns / 1000000000, *next_ns % 1000000000};
	while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &at, NULL) != 0) {
	}
}

static int sample_once(struct counters *counters, struct report *report, int is_vmstat_due)
{
	const int64_t t_ns = clock_now_ns();
	int r = counters_read(counters, report);
	if (r == 0) {
		r = report_sample(report, counters, t_ns);
	}
	if (r == 0 && is_vmstat_due) {
		r = report_vmstat(report, counters, t_ns);
	}
	return r;
}

int sampler_send_all(struct counters *counters, struct report *report)
{
	return sample_once(counters, report, 1);
}

/* A counter that the kernel does not have counts nothing. */
static int64_t tried(const struct counters *counters)
{
	int64_t sum = 0;
	for (int i = 0; i < COUNTERS_WATCHED; i++) {
		sum += counters->watched[i] > 0 ? counters->watched[i] : 0;
	}
	return sum;
}

/* 0: enough were tried; or a fault. */
static int sample_until(
	struct counters *counters, struct report *report, int64_t migrations, int ready_fd)
{
	raise_priority();
	int64_t next_ns = clock_now_ns();
	int64_t vmstat_ns = next_ns;
	int r = sample_once(counters, report, 1);
	if (r == 0 && write(ready_fd, "", 1) != 1) {
		r = report_fault_errno(report, "the sampler cannot say that it is ready");
	}
	const int64_t first = tried(counters);
	while (r == 0 && (migrations == 0 || tried(counters) - first < migrations)) {
		next_ns += tick_ns;
		sleep_to_tick(&next_ns);
		const int is_vmstat_due = next_ns - vmstat_ns >= TICKS_PER_VMSTAT * tick_ns;
		if (is_vmstat_due) {
			vmstat_ns = next_ns;
		}
		r = sample_once(counters, report, is_vmstat_due);
	}
	return r;
}

/* One byte through the pipe, or its end, or the time limit. */
static int wait_until_ready(int fd, struct report *report)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte = 0;
	if (poll(&p, 1, START_LIMIT_MS) <= 0) {
		return report_fault(report, "the sampler is not ready after %d ms", START_LIMIT_MS);
	}
	return read(fd, &byte, 1) == 1 ? 0 : report_fault(report, "the sampler ended at its start");
}

int sampler_start(struct counters *counters, struct report *report, int64_t migrations, pid_t *out)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0) {
		return report_fault_errno(report, "cannot make a pipe for the sampler");
	}
	const pid_t child = fork();
	if (child == 0) {
		_exit(sample_until(counters, report, migrations, ends[1]) == 0 ? 0 : 1);
	}
	close(ends[1]);
	const int r = child > 0 ? wait_until_ready(ends[0], report)
				: report_fault_errno(report, "cannot fork the sampler");
	close(ends[0]);
	*out = child;
	return r;
}

void sampler_stop(pid_t sampler)
{
	kill(sampler, SIGKILL);
	int status = 0;
	wait_child(sampler, wait_limit_ns(STOP_LIMIT_MS), &status);
}
