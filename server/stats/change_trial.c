/* Confirmation of a change by pairs of attempts. */
#include "stats/change_trial.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

struct differences {
	size_t count;
	double mean;
	double squares; /* around the mean */
};

/* Welford's sums (Technometrics 4, 1962). */
static struct differences differences_of(const double *before, const double *after, size_t pairs)
{
	struct differences d = {0};
	for (size_t i = 0; i < pairs; i++) {
		const double value = after[i] - before[i];
		if (isfinite(value)) {
			d.count++;
			const double off = value - d.mean;
			d.mean += off / (double)d.count;
			d.squares += off * (value - d.mean);
		}
	}
	return d;
}

static enum change_verdict verdict_of(const struct change_trial *trial, double claimed)
{
	const double direction = claimed > 0 ? 1 : -1;
	const double most = claimed > 0 ? trial->high : -trial->low;
	if (trial->pairs < CHANGE_TRIAL_PAIRS_MIN) {
		return CHANGE_UNDECIDED;
	}
	if (trial->chance <= CHANGE_TRIAL_CHANCE && trial->shift * direction > 0) {
		return CHANGE_CONFIRMED;
	}
	return most < fabs(claimed) / 2 ? CHANGE_REFUTED : CHANGE_UNDECIDED;
}

void change_confirm(const double *before, const double *after, size_t pairs, double shift,
	double noise, struct change_trial *out)
{
	const struct differences d = differences_of(before, after, pairs);
	*out = (struct change_trial){
		.pairs = d.count, .shift = NAN, .low = NAN, .high = NAN, .chance = 1};
	const double prior = noise > 0 ? CHANGE_TRIAL_PRIOR : 0;
	const double freedom = (double)d.count - 1 + prior;
	if (d.count == 0 || !(freedom > 0)) {
		return;
	}
	/* One value's variance is half that of a difference. */
	const double variance = (d.squares + prior * 2 * noise * noise) / freedom;
	const double error = sqrt(variance / (double)d.count);
	const double width = gsl_cdf_tdist_Qinv(0.025, freedom) * error;
	out->shift = d.mean;
	out->low = d.mean - width;
	out->high = d.mean + width;
	out->chance = error > 0 ? 2 * gsl_cdf_tdist_Q(fabs(d.mean) / error, freedom)
				: (d.mean == 0 ? 1 : 0);
	out->verdict = verdict_of(out, shift);
}
