/* The noise of a series: how wide, and how much of it each value hands on to the next. */
#pragma once

#include "stats/change_step.h"

#include <stddef.h>

struct change_noise {
	double sd;
	double phi; /* autocorrelation at lag 1, not limited */
};

/* Out of differences at lags 1 and 2, so that levels need not be known: their variances are
 * 2 sd^2 (1 - phi) and 2 sd^2 (1 - phi^2). The largest fifth is left out, which holds the steps.
 * Needs 4 values; sd is 0 for a series that never moves. */
struct change_noise noise_of_differences(const double *values, size_t n);

/* Two standard errors of that phi; much where a series is short. */
double noise_phi_error(size_t n);

/* Out of what `count` changes at `cuts` leave over, corrected for what levels and places chosen to
 * fit take away: autocorrelation is underestimated by (1 + 3 phi)/n for a mean (Marriott and Pope,
 * Biometrika 41, 1954), and by twice that again for each change, as simulated. */
struct change_noise noise_of_residuals(
	const struct change_view *view, const size_t *cuts, size_t count);

/* phi for a judgement: below 30 points it cannot be told from a step, so it counts for less. */
double noise_phi_believed(double phi, size_t n);

/* out[i] is values[i] held to 3 standard deviations around the median of its seven neighbours, so
 * that an outlier is no level; four equal points are believed. */
void noise_clip(const double *values, size_t n, double sd, double *out);
