/* Several runners of one machine (--together) neither build while a guest of another is under
 * stress nor start one while another builds. What is locked is let go when a runner ends, however
 * it ends. */
#pragma once

#include <stdint.h>

#include "runner/attempt.h"

enum quiet_use {
	QUIET_BUILD, /* alone: make takes all CPUs */
	QUIET_GUEST, /* beside other guests */
};

/* Waits until the machine is free for that use, which is no part of any limit: *until_ns, the
 * attempt's end and the step's begin move on by it. 0 (at once without --together), ATTEMPT_ENDED
 * (halted), or a fault. quiet_leave in any case. */
int quiet_enter(struct attempt *attempt, enum quiet_use use, int64_t *until_ns);
void quiet_leave(struct attempt *attempt);
