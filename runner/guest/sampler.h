/* The process that reads the counters while the workload works. Its own process at real-time
 * priority and locked in memory, so that the workload, which fills both cpus and presses on memory,
 * cannot starve it. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

struct counters;
struct report;

/* Starts it, and answers when it runs at its priority and has sent the sample and the whole of
 * /proc/vmstat at the start: the workload may then begin, and nothing that it does is missed. From
 * there on pgmigrate_success and pgmigrate_fail go out every 20 ms, all of /proc/vmstat every
 * second. When `migrations` were tried since that first sample, if it is not 0, it ends with status
 * 0. 0 or a fault. */
int sampler_start(struct counters *counters, struct report *report, int64_t migrations, pid_t *out);

/* Reads all counters and sends both lines, in the caller's process. 0 or a fault. */
int sampler_send_all(struct counters *counters, struct report *report);

/* Ends it and waits until it is gone. A line that it was writing is out whole or not at all. */
void sampler_stop(pid_t sampler);
