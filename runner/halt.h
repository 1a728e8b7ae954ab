/* Why the work at hand must stop, as one flag that a poll(2) can wait for: the courier and the
 * signal handler set it, the thread that does the job sees it between and during its waits. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runner/pulse.h"

enum halt_reason {
	HALT_NONE,
	HALT_CANCEL, /* the server asked for it */
	HALT_LEASE,  /* the server gave the job to another, or (courier_exclusive) may do so soon */
	HALT_STOP,   /* the runner itself is to end */
};

struct halt {
	int fd; /* readable once a reason is set */
	_Atomic int reason;
	struct pulse *pulse; /* who waits for this halt comes by there; NULL: nobody watches … */
	enum pulse_thread thread; /* … this thread */
};

/* 0 or a fault. */
int halt_init(struct halt *halt);
void halt_fini(struct halt *halt);

/* Sets the reason if none is set yet; HALT_STOP always wins. Safe in a signal handler. */
void halt_set(struct halt *halt, enum halt_reason reason);

/* Ready for the next attempt; HALT_STOP stays. */
void halt_clear(struct halt *halt);

enum halt_reason halt_reason(const struct halt *halt);

/* From now on the waits of `thread`, which go by this halt, show that it lives; `pulse` is
 * borrowed.
 */
void halt_watch(struct halt *halt, struct pulse *pulse, enum pulse_thread thread);

/* For waits of others than halt_wait: the thread comes by, and how long it may wait until it must
 * again, of `ms`. `halt` may be NULL. */
void halt_pass(const struct halt *halt);
int halt_slice_ms(const struct halt *halt, int ms);

/* Waits for `ns` nanoseconds; true when a reason is set before that. */
bool halt_wait(const struct halt *halt, int64_t ns);
