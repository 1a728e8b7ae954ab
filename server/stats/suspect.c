/* A suspect is judged as a fix is: taking it away is what might fix. */
#include "stats/suspect.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/verdict.h"

/* Quantiles of so many draws are right to 3 % of the interval. */
enum { DRAWS = 20000 };

static const char *const words[] = {
	[SUSPECT_OPEN] = "open",
	[SUSPECT_CAUSES] = "causes",
	[SUSPECT_RAISES] = "raises",
	[SUSPECT_NOT_SHOWN] = "not_shown",
};

const char *suspect_word(enum suspect_answer answer)
{
	return words[answer];
}

static enum suspect_answer answer_of(
	const struct rate_cell *cells, size_t n, const struct verdict *v)
{
	double with = 0;
	double without = 0;
	for (size_t i = 0; i < n; i++) {
		with += cells[i].after.events;
		without += cells[i].before.events;
	}
	switch (v->answer) {
	case VERDICT_FIXED:
		return SUSPECT_CAUSES;
	case VERDICT_RARER:
		return SUSPECT_RAISES;
	case VERDICT_STILL_THERE:
		return SUSPECT_NOT_SHOWN;
	case VERDICT_MASKED:
	case VERDICT_CANNOT_TELL:
		return SUSPECT_OPEN;
	case VERDICT_NOT_COMPARABLE:
		break;
	}
	return with > 0 || without <= 0 ? SUSPECT_OPEN : SUSPECT_NOT_SHOWN;
}

void suspect_judge(const struct rate_cell *cells, size_t n, struct suspect *out)
{
	_free_ struct rate_cell *taken_away = alloc_zero(n + 1, sizeof(*taken_away));
	struct verdict v;
	for (size_t i = 0; i < n; i++) {
		taken_away[i] = (struct rate_cell){cells[i].after, cells[i].before};
	}
	verdict_of(taken_away, n, &v);
	*out = (struct suspect){.answer = answer_of(cells, n, &v), .more_cell = n};
	if (ratio_interval(cells, n, VERDICT_CONFIDENCE, &out->ratio) != 0) {
		out->ratio = (struct ratio){0};
	}
	if (out->answer == SUSPECT_OPEN && v.more_cell < n) {
		out->more_exposure = v.more_exposure;
		out->more_seconds = v.more_seconds;
		out->more_cell = v.more_cell;
	}
}

/* Logarithm of a rate, drawn from its posterior. */
static double draw(const struct rate_side *side, gsl_rng *draws)
{
	return log(gsl_ran_gamma(draws, side->events + 0.5, 1)) - log(side->exposure);
}

static void interaction(const struct rate_side cells[2][2], struct suspect_cross *out)
{
	_free_ double *values = alloc_zero(DRAWS, sizeof(*values));
	gsl_rng *draws = gsl_rng_alloc(gsl_rng_taus2);
	gsl_rng_set(draws, 1);
	for (size_t i = 0; i < DRAWS; i++) {
		const double fixed = draw(&cells[1][1], draws) - draw(&cells[0][1], draws);
		const double unfixed = draw(&cells[1][0], draws) - draw(&cells[0][0], draws);
		values[i] = fixed - unfixed;
		out->less += values[i] < 0 ? 1.0 / DRAWS : 0;
	}
	gsl_rng_free(draws);
	gsl_sort(values, 1, DRAWS);
	const double rest = (1 - RATE_CONFIDENCE) / 2;
	out->interaction = exp(gsl_stats_median_from_sorted_data(values, 1, DRAWS));
	out->low = exp(gsl_stats_quantile_from_sorted_data(values, 1, DRAWS, rest));
	out->high = exp(gsl_stats_quantile_from_sorted_data(values, 1, DRAWS, 1 - rest));
}

int suspect_cross(const struct rate_side cells[2][2], struct suspect_cross *out)
{
	double events = 0;
	*out = (struct suspect_cross){0};
	for (size_t i = 0; i < 4; i++) {
		const struct rate_side *side = &cells[i / 2][i % 2];
		events += side->events;
		if (rate_interval((int64_t)side->events, side->exposure, RATE_CONFIDENCE,
			    &out->rates[i / 2][i % 2]) != 0) {
			return SUSPECT_UNKNOWN;
		}
	}
	if (!(events > 0)) {
		return SUSPECT_UNKNOWN;
	}
	interaction(cells, out);
	return 0;
}
