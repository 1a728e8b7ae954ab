/* Is a suspected change real? Attempts of both sides, run in turn on one machine (A B A B), answer
 * what a short history cannot: what the machine does besides hits both of a pair (statistics.md 4).
 * Student's t on the differences within pairs; the noise known from the series counts as
 * CHANGE_TRIAL_PRIOR further pairs, so that three pairs can be enough. */
#pragma once

#include <stddef.h>

enum { CHANGE_TRIAL_PAIRS_MIN = 3, CHANGE_TRIAL_PRIOR = 10 };

#define CHANGE_TRIAL_CHANCE 0.01

enum change_verdict {
	CHANGE_UNDECIDED, /* more pairs would tell */
	CHANGE_CONFIRMED, /* it moved in the direction claimed, chance <= CHANGE_TRIAL_CHANCE */
	CHANGE_REFUTED,   /* with 95 % less than half of what was claimed, or the other way */
};

struct change_trial {
	size_t pairs;            /* those of which both values are numbers */
	double shift, low, high; /* after - before, 95 %; NaN without pairs */
	double chance;           /* that noise alone would show it, two-sided */
	enum change_verdict verdict;
};

/* before[i] and after[i] are one pair, `shift` is what was claimed (not 0), `noise` the standard
 * deviation of one value as the series has it, 0 when unknown. */
void change_confirm(const double *before, const double *after, size_t pairs, double shift,
	double noise, struct change_trial *out);
