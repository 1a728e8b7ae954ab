/* Rates per unit of work and shares, with intervals. */
#include "stats/rate.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

double rate_zero_bound(double exposure, double confidence)
{
	return exposure > 0 ? -log1p(-confidence) / exposure : NAN;
}

int rate_interval(int64_t events, double exposure, double confidence, struct rate *out)
{
	if (events < 0 || !(exposure > 0)) {
		return RATE_UNKNOWN;
	}
	if (events == 0) {
		*out = (struct rate){
			.high = rate_zero_bound(exposure, confidence), .is_bound = true};
		return 0;
	}
	/* GSL's own handler would end the process where a quantile does not converge; NaN says it
	 * too. */
	gsl_set_error_handler_off();
	const double k = (double)events;
	const double tail = (1 - confidence) / 2;
	out->per_unit = k / exposure;
	out->low = gsl_cdf_chisq_Pinv(tail, 2 * k) / 2 / exposure;
	/* Not Qinv(tail): GSL 2.7's is wrong above 30,000 degrees of freedom. */
	out->high = gsl_cdf_chisq_Pinv(1 - tail, 2 * k + 2) / 2 / exposure;
	out->is_bound = false;
	return 0;
}

int rate_posterior(int64_t events, double exposure, double confidence, struct rate *out)
{
	if (events < 0 || !(exposure > 0)) {
		return RATE_UNKNOWN;
	}
	gsl_set_error_handler_off();
	const double shape = (double)events + 0.5;
	const double tail = (1 - confidence) / 2;
	*out = (struct rate){
		.per_unit = (double)events / exposure,
		.low = gsl_cdf_gamma_Pinv(tail, shape, 1 / exposure),
		.high = gsl_cdf_gamma_Pinv(1 - tail, shape, 1 / exposure),
	};
	return 0;
}

double rate_fail_share(double success, double fail)
{
	const double tried = success + fail;
	return tried > 0 ? fail / tried : NAN;
}

double rate_log_odds(double success, double fail)
{
	return log((fail + 0.5) / (success + 0.5));
}

double rate_share_of_log_odds(double log_odds)
{
	return 1 / (1 + exp(-log_odds));
}
