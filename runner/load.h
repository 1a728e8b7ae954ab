/* How busy the machine is with other things: what may explain a timing-sensitive result. */
#pragma once

#include <sys/types.h>

/* CPU time so far, in clock ticks: of the whole machine, and of one process. */
struct load {
	long long machine, process;
	long long at_ns;
};

/* The one-minute load average, < 0: unknown. */
double load_average(void);

/* Reads both clocks; also of a process that has ended but is not reaped. */
void load_read(struct load *load, pid_t pid);

/* CPU seconds per second of everything but the process between two readings; < 0: unknown. */
double load_between(const struct load *from, const struct load *to);
