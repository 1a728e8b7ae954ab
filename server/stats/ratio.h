/* Two rates against each other, within strata: rate after / rate before.
 *
 * Given how many events there were on both sides of a cell, those after it are binomial with share
 * ratio E2 / (E1 + ratio E2) (Przyborowski and Wilenski, Biometrika 31, 1940), so a cell's own rate
 * does not matter, and a mix of cells that changes moves nothing. Sums of such cells give the tail
 * probabilities, exactly up to RATIO_EXACT_EVENTS events and for one cell, else by the normal
 * limit. Cells that only one side has tried say nothing. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { RATIO_UNKNOWN = 1, RATIO_EXACT_EVENTS = 400 };

struct rate_side {
	double events;
	double exposure; /* units of work, migrations as a rule */
	double seconds;  /* of machines; 0 where nobody asks for time */
};

/* One stratum: all that the two sides must have in common to be compared. */
struct rate_cell {
	struct rate_side before, after;
};

struct ratio {
	double ratio;     /* Mantel and Haenszel's, as for rates by Greenland and Robins (1985) */
	double low, high; /* 0 without events after, infinite without events before */
	double chance;    /* two-sided: of such counts if nothing had changed */
	double events_before, events_after; /* in cells tried on both sides */
	double expected; /* events after, had each cell kept its rate: sum of k1 E2 / E1 */
};

/* Both sides have tried it. */
int rate_cell_is_common(const struct rate_cell *cell);

/* 0 and *out, or RATIO_UNKNOWN: no cell is common or none of these has an event. */
int ratio_interval(const struct rate_cell *cells, size_t n, double confidence, struct ratio *out);

/* P(ratio <= `limit` | data), from Jeffreys' priors: for one cell the ratio of Gamma(k + 1/2, E)
 * posteriors, for more the same prior for the ratio that they share. NaN where ratio_interval
 * answers RATIO_UNKNOWN. */
double ratio_below(const struct rate_cell *cells, size_t n, double limit);
