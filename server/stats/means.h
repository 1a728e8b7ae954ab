/* Two means against each other, with what one value's noise is known to be elsewhere.
 *
 * Student's t with one variance for both sides. A side of one attempt shows no noise of its own, so
 * that of the series counts as MEANS_PRIOR further degrees of freedom, as it does where a change is
 * tried by pairs (change_trial.h). Pure. */
#pragma once

#include <stddef.h>

enum { MEANS_UNKNOWN = 1, MEANS_PRIOR = 10 };

#define MEANS_CONFIDENCE 0.95

struct means {
	double shift, low, high; /* after - before, and its interval */
	double chance;           /* two-sided: of such a shift by noise alone */
};

/* `noise` is the standard deviation of one value; 0 or NaN: unknown. 0 and *out, or MEANS_UNKNOWN:
 * a side is empty, or nothing shows how large the noise is. */
int means_compare(const double *before, size_t before_count, const double *after,
	size_t after_count, double noise, struct means *out);
