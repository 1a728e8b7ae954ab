/* Time limits. The guest polls at 1 ms for what the kernel brings up by itself (ports, disks): a
 * wait of fixed length would be too long on a quiet machine and too short on a busy one. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { WAIT_LATE = 1 };

/* The instant `limit_ms` from now, for wait_tick and wait_left_ms. */
int64_t wait_limit_ns(int64_t limit_ms);

/* Milliseconds until `limit_ns`, rounded up, never below 0. */
int wait_left_ms(int64_t limit_ns);

/* Sleeps one millisecond; false when the limit has passed. */
bool wait_tick(int64_t limit_ns);

/* Waits until the child `pid` has ended. 0 and *status, or WAIT_LATE when the limit came first. */
int wait_child(pid_t pid, int64_t limit_ns, int *status);
