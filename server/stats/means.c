/* Two means against each other. */
#include "stats/means.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

/* Sum of squares around the mean. */
static double squares(const double *values, size_t count)
{
	return gsl_stats_tss(values, 1, count);
}

int means_compare(const double *before, size_t before_count, const double *after,
	size_t after_count, double noise, struct means *out)
{
	if (before_count == 0 || after_count == 0) {
		return MEANS_UNKNOWN;
	}
	const double prior = noise > 0 ? MEANS_PRIOR : 0;
	const double freedom = (double)(before_count + after_count) - 2 + prior;
	if (!(freedom > 0)) {
		return MEANS_UNKNOWN;
	}
	const double known = prior > 0 ? prior * noise * noise : 0;
	const double variance =
		(squares(before, before_count) + squares(after, after_count) + known) / freedom;
	const double error = sqrt(variance * (1 / (double)before_count + 1 / (double)after_count));
	if (!(error > 0)) {
		return MEANS_UNKNOWN;
	}
	const double width = gsl_cdf_tdist_Qinv((1 - MEANS_CONFIDENCE) / 2, freedom) * error;
	out->shift =
		gsl_stats_mean(after, 1, after_count) - gsl_stats_mean(before, 1, before_count);
	out->low = out->shift - width;
	out->high = out->shift + width;
	out->chance = 2 * gsl_cdf_tdist_Q(fabs(out->shift) / error, freedom);
	return 0;
}
