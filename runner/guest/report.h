/* What the guest tells its host: lines of JSON through the virtio-serial port
 * org.faultline.samples, or into an open file on a machine that runs already; faults also on the
 * console. Each line is one write, so several processes
 * may share the port. `t` is CLOCK_BOOTTIME in nanoseconds, the clock that printk stamps its lines
 * with. */
#pragma once

#include "line.h"

#include <stdint.h>

struct counters;

enum { REPORT_FAULT_BYTES = 512 };

struct report {
	int fd;                         /* -1 until report_open; lines are then dropped */
	char fault[REPORT_FAULT_BYTES]; /* the first fault, for the result line; "" if none */
	const char *ended_by; /* what ended a workload that had two limits, for the result line */
	struct line line;
};

void report_init(struct report *report);

/* Waits for the port to appear and opens it. 0 or a fault. */
int report_open(struct report *report);

/* Says a fault on the console and keeps the first for the result. Answers -1, so that
 * `return report_fault(…)` works. The second form adds ": strerror(errno)". */
int report_fault(struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int report_fault_errno(struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* One function for each type of line. 0, or a fault if the line did not go out whole. */
int report_hello(struct report *report);
int report_keys(struct report *report, const struct counters *counters);
int report_phase(struct report *report, const char *phase);
int report_sample(struct report *report, const struct counters *counters, int64_t t_ns);
int report_vmstat(struct report *report, const struct counters *counters, int64_t t_ns);
int report_progress(struct report *report, int64_t done, int64_t of);

/* The last line: "done", or "error" with the first fault as detail. */
int report_result(struct report *report);
