/* Whether an instant that a guest's line gives can be true, judged by the lines before it: the
 * guest is a kernel that is being broken, and one line that claims to be a year old would make a
 * year of its workload. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct guest_clock {
	int64_t last_ns;    /* the latest that was believed; 0: the boot */
	int64_t suspect_ns; /* the last that was not … */
	int64_t suspects;   /* … and how many of them in a row agree with each other */
};

/* Zero the struct at each boot. A line lies at most GUEST_CLOCK_AHEAD_NS behind the one before it
 * (the guest speaks every second, a machine that is busy otherwise may hold it for minutes), and
 * hardly before it. What does not is false, until so many agree with each other that it is the
 * guest that was away. */
#define GUEST_CLOCK_AHEAD_NS (INT64_C(600) * 1000000000)
#define GUEST_CLOCK_BACK_NS (INT64_C(10) * 1000000000)
enum { GUEST_CLOCK_AGREE = 20 };
bool guest_clock_believes(struct guest_clock *clock, int64_t t_ns);
