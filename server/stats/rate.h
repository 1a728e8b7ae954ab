/* Rates per unit of work and shares, with intervals. Pure: numbers in, numbers out.
 *
 * A bug's rate is k/E, the exponential model with censoring: k attempts in which it occurred, E the
 * exposure of all of them, each counted up to its end or its crash (statistics.md 1). Its interval
 * is Garwood's (Biometrika 28, 1936): half the chi-squared quantiles of 2k and 2k+2 degrees of
 * freedom, over E. It is conservative: it covers 97.5 to 99 % where 95 % are asked for and k is
 * small. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* No exposure, so nothing can be said. */
enum { RATE_UNKNOWN = 1 };

#define RATE_CONFIDENCE 0.95

struct rate {
	double per_unit; /* k/E */
	double low;
	double high;
	/* No event: low is 0 and `high` one-sided, so "below 3.00/E". Where an interval of two
	 * sides is wanted, its end is rate_zero_bound(exposure, (1 + confidence) / 2), 3.69/E. */
	bool is_bound;
};

/* 0 and *out, or RATE_UNKNOWN: `exposure` is not above 0, or `events` is negative. `confidence`
 * lies between 0 and 1. */
int rate_interval(int64_t events, double exposure, double confidence, struct rate *out);

/* Equal-tailed interval of the posterior Gamma(k + 1/2, E) from Jeffreys' prior: it covers what it
 * says on average, where Garwood's covers at least that always. 0 and *out (never a bound), or
 * RATE_UNKNOWN as above. */
int rate_posterior(int64_t events, double exposure, double confidence, struct rate *out);

/* Upper bound of the rate after `exposure` without an event: -ln(1 - confidence) / exposure, which
 * is 3.00/E at 95 %. NaN without exposure. */
double rate_zero_bound(double exposure, double confidence);

/* Failed share of migrations, 0 to 1; NaN when nothing was tried. The value that is shown. */
double rate_fail_share(double success, double fail);

/* log((fail + 1/2) / (success + 1/2)): the scale on which shares are compared, finite also where
 * one of them is 0 (Haldane 1956, Anscombe 1956). */
double rate_log_odds(double success, double fail);

/* The share whose log-odds these are, for labels: 1 / (1 + e^-x). */
double rate_share_of_log_odds(double log_odds);
