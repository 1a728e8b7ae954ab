/* Why the work at hand must stop, as one flag that a poll(2) can wait for: the courier and the
 * signal handler set it, the thread that does the job sees it between and during its waits. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum halt_reason {
	HALT_NONE,
	HALT_CANCEL, /* the server asked for it */
	HALT_LEASE,  /* the server gave the job to another, or (courier_exclusive) may do so soon */
	HALT_STOP,   /* the runner itself is to end */
};

struct halt {
	int fd; /* readable once a reason is set */
	_Atomic int reason;
};

/* 0 or a fault. */
int halt_init(struct halt *halt);
void halt_fini(struct halt *halt);

/* Sets the reason if none is set yet; HALT_STOP always wins. Safe in a signal handler. */
void halt_set(struct halt *halt, enum halt_reason reason);

/* Ready for the next attempt; HALT_STOP stays. */
void halt_clear(struct halt *halt);

enum halt_reason halt_reason(const struct halt *halt);

/* Waits for `ns` nanoseconds; true when a reason is set before that. */
bool halt_wait(const struct halt *halt, int64_t ns);
