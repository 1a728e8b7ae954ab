/* systemd's watchdog (WatchdogSec=). It is told that the runner lives by the threads that come by,
 * where they wait, and only while each of them does: one that hangs silences both. systemd then
 * starts the runner again, which delivers what lies in the spool. */
#pragma once

#include <stdint.h>

enum pulse_thread { PULSE_JOB, PULSE_COURIER };
enum { PULSE_THREADS = 2 };

struct pulse {
	int64_t period_ns; /* between two words; 0: nobody watches */
	_Atomic int64_t told_ns;
	_Atomic int64_t seen_ns[PULSE_THREADS]; /* when each came by; 0: it waits to be woken */
};

void pulse_init(struct pulse *pulse);

/* The thread comes by: at least once in each period. */
void pulse_pass(struct pulse *pulse, enum pulse_thread thread);

/* It has nothing to do until it is woken, and is not waited for. */
void pulse_rest(struct pulse *pulse, enum pulse_thread thread);
