/* What is not known of a level yet: the planner's gain. */
#include "stats/factor.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static double entropy(double p)
{
	return p > 0 && p < 1 ? -p * log2(p) - (1 - p) * log2(1 - p) : 0;
}

/* Of the ratio of the two rates, by Gamma(events + 1/2, events due + 1/2): Jeffreys' prior and half
 * an event due, since the base's rate is not known either where little was tried. */
double factor_missing(const struct rate_side *tried, const struct rate_side *base)
{
	const double due = base->exposure > 0 ? tried->exposure * base->events / base->exposure : 0;
	const double shape = tried->events + 0.5;
	const double scale = 1 / (due + 0.5);
	return entropy(gsl_cdf_gamma_P(FACTOR_RATIO_SMALL, shape, scale) -
		       gsl_cdf_gamma_P(1 / FACTOR_RATIO_SMALL, shape, scale));
}
