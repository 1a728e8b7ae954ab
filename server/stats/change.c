/* Change points of a series: numbers, levels, and where these do not hold the differences. */
#include "stats/change.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/change_judge.h"
#include "stats/change_noise.h"
#include "stats/change_seek.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define DRIFT_PHI 0.95 /* what is left depends so much on its predecessor: there are no levels */
#define SEEK_EASE 0.8  /* of the step that would just be judged a change */
#define PLACE_DROP 6.0 /* -2 ln 0.05: a place whose likelihood is a twentieth is out of range */
#define TWO_SIDED 1.959964
#define MEDIAN_ERROR 1.16 /* of a median of three, in those of a mean */

enum {
	DIFFERENCES_MAX = 2,
	END_POINTS = CHANGE_SIDE_MIN, /* whose median is the level at an end of a drift */
};

/* What one look at levels gives; memory for as many changes as there are points. */
struct look {
	double *clipped;
	double *sum;
	size_t *cuts;
	double *chances;
	size_t count;
	struct change_noise noise;
	double drift;
};

static void look_fini(struct look *look)
{
	free(look->clipped);
	free(look->sum);
	free(look->cuts);
	free(look->chances);
}

#define _look_ __attribute__((cleanup(look_fini)))

static struct change_view view_of(const struct look *look, size_t n)
{
	return (struct change_view){.value = look->clipped, .sum = look->sum, .n = n};
}

static void look_prepare(struct look *look, const double *values, size_t n, double sd)
{
	look->clipped = alloc_zero(n, sizeof(*look->clipped));
	look->sum = alloc_zero(n + 1, sizeof(*look->sum));
	look->cuts = alloc_zero(n, sizeof(*look->cuts));
	look->chances = alloc_zero(n, sizeof(*look->chances));
	noise_clip(values, n, sd, look->clipped);
	for (size_t i = 0; i < n; i++) {
		look->sum[i + 1] = look->sum[i] + look->clipped[i];
	}
}

static void look_at_levels(struct look *look, const double *values, size_t n, double chance)
{
	const struct change_noise rough = noise_of_differences(values, n);
	look_prepare(look, values, n, rough.sd);
	const double least = GSL_MIN(rough.phi, 1) - noise_phi_error(n);
	const double phi = GSL_MIN(GSL_MAX(least, 0), DRIFT_PHI);
	if (!(rough.sd > 0)) {
		return;
	}
	if (phi >= DRIFT_PHI) {
		look->noise = rough;
		look->drift = 1;
		return;
	}
	/* The variance of differences holds whatever phi is: sd^2 follows from the phi used. */
	const double held = GSL_MIN(GSL_MAX(rough.phi, 0), DRIFT_PHI);
	const double sd = rough.sd * sqrt((1 - held) / (1 - phi));
	const double step = SEEK_EASE * gsl_cdf_ugaussian_Qinv(chance / 2 / (double)n);
	const double gain = step * step * sd * sd * (1 + phi) / (1 - phi);
	const struct change_view view = view_of(look, n);
	look->count = change_seek(&view, gain, look->cuts);
	look->count = change_judge(&view, phi, chance, look->cuts, look->count, look->chances,
		&look->noise, &look->drift);
}

static double half_width(const struct change_noise *noise, size_t points)
{
	const double phi = noise->phi;
	return TWO_SIDED * noise->sd * sqrt((1 + phi) / (1 - phi) / (double)points);
}

/* Places whose likelihood is not far below that of the best. */
static void range_of(const struct change_view *view, const struct change_noise *noise, size_t from,
	size_t to, struct change *change)
{
	const double unit = noise->sd * noise->sd * (1 - noise->phi * noise->phi);
	const double least = step_gain(view, from, change->at, to, noise->phi) - PLACE_DROP * unit;
	change->low = change->high = change->at;
	for (size_t at = from + 1; at < to; at++) {
		if (step_gain(view, from, at, to, noise->phi) >= least) {
			change->low = GSL_MIN(change->low, at);
			change->high = GSL_MAX(change->high, at);
		}
	}
}

static struct change change_of(const struct look *look, size_t n, size_t i)
{
	const struct change_view view = view_of(look, n);
	const size_t at = look->cuts[i];
	const size_t from = i > 0 ? look->cuts[i - 1] : 0;
	const size_t to = i + 1 < look->count ? look->cuts[i + 1] : n;
	struct change change = {.at = at, .from = from, .to = to - 1, .chance = look->chances[i]};
	range_of(&view, &look->noise, from, to, &change);
	change.before = (view.sum[at] - view.sum[from]) / (double)(at - from);
	change.after = (view.sum[to] - view.sum[at]) / (double)(to - at);
	const double before = half_width(&look->noise, at - from);
	const double after = half_width(&look->noise, to - at);
	change.before_low = change.before - before;
	change.before_high = change.before + before;
	change.after_low = change.after - after;
	change.after_high = change.after + after;
	return change;
}

/* Finite values only; place[i] is where numbers[i] stood. */
static size_t numbers_take(const double *values, size_t n, double *numbers, size_t *place)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		if (isfinite(values[i])) {
			numbers[count] = values[i];
			place[count++] = i;
		}
	}
	return count;
}

static void difference(double *values, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++) {
		values[i] = values[i + 1] - values[i];
	}
}

/* The values themselves, where differences are judged. */
struct source {
	const double *values;
	const size_t *place; /* of the numbers among them */
	size_t differences;
	double noise; /* of one value */
};

/* From number `from` to number `to`, and what it is worth at both of these. */
struct drift {
	size_t from, to;
	double first, last, error;
};

static double end_level(const struct source *s, size_t from, size_t points)
{
	double end[END_POINTS];
	for (size_t i = 0; i < points; i++) {
		end[i] = s->values[s->place[from + i]];
	}
	gsl_sort(end, 1, points);
	return gsl_stats_median_from_sorted_data(end, 1, points);
}

static struct drift drift_of(const struct source *s, size_t from, size_t to)
{
	const size_t points = GSL_MIN(END_POINTS, (to - from + 1) / 2);
	return (struct drift){
		.from = from,
		.to = to,
		.first = end_level(s, from, points),
		.last = end_level(s, to + 1 - points, points),
		.error = TWO_SIDED * MEDIAN_ERROR * s->noise / sqrt((double)points),
	};
}

/* A pace that moved as people can check it: the stretch beside it that moves further, end to end.
 * Difference i is that of the numbers i to i + differences. */
static void slope_tell(const struct source *s, struct change *change)
{
	const struct drift before = drift_of(s, change->from, change->at - 1 + s->differences);
	const struct drift behind = drift_of(s, change->at, change->to + s->differences);
	const bool is_behind = fabs(behind.last - behind.first) > fabs(before.last - before.first);
	const struct drift *d = is_behind ? &behind : &before;
	change->kind = CHANGE_SLOPE;
	change->from = d->from;
	change->to = d->to;
	change->before = d->first;
	change->before_low = d->first - d->error;
	change->before_high = d->first + d->error;
	change->after = d->last;
	change->after_low = d->last - d->error;
	change->after_high = d->last + d->error;
	change->at += s->differences;
	change->low += s->differences;
	change->high += s->differences;
}

static void changes_fill(
	const struct look *look, size_t n, const struct source *source, struct changes *out)
{
	const size_t *place = source->place;
	out->noise = source->noise;
	out->autocorrelation = look->noise.phi;
	out->list = alloc_zero(look->count + 1, sizeof(*out->list));
	for (size_t i = 0; i < look->count; i++) {
		struct change change = change_of(look, n, i);
		if (source->differences > 0) {
			slope_tell(source, &change);
		}
		change.at = place[change.at];
		change.low = place[change.low];
		change.high = place[change.high];
		change.from = place[change.from];
		change.to = place[change.to];
		out->list[out->count++] = change;
	}
}

/* A difference adds the noise of two values, one of differences that of six. */
static double noise_of_one(double sd, size_t differences)
{
	static const double values[DIFFERENCES_MAX + 1] = {1, 2, 6};
	return sd / sqrt(values[differences]);
}

int change_find(const double *values, size_t n, double chance, struct changes *out)
{
	*out = (struct changes){0};
	_free_ double *numbers = alloc_zero(n + 1, sizeof(*numbers));
	_free_ size_t *place = alloc_zero(n + 1, sizeof(*place));
	size_t count = numbers_take(values, n, numbers, place);
	if (count < CHANGE_POINTS_MIN) {
		return CHANGE_TOO_FEW;
	}
	for (size_t differences = 0; count >= CHANGE_POINTS_MIN; differences++) {
		_look_ struct look look = {0};
		look_at_levels(&look, numbers, count, chance);
		if (look.drift < DRIFT_PHI) {
			const struct source source = {values, place, differences,
				noise_of_one(look.noise.sd, differences)};
			changes_fill(&look, count, &source, out);
			break;
		}
		if (differences == DIFFERENCES_MAX) {
			out->noise = noise_of_one(look.noise.sd, differences);
			break;
		}
		difference(numbers, count--);
	}
	return 0;
}

struct change_stretch change_stretch(
	const size_t *known, size_t count, size_t n, size_t low, size_t high)
{
	const size_t from = low > CHANGE_WINDOW ? low - CHANGE_WINDOW : 0;
	const size_t to = n - high > CHANGE_WINDOW ? high + CHANGE_WINDOW : n;
	struct change_stretch s = {from, to};
	for (size_t i = 0; i < count; i++) {
		const size_t at = known[i];
		if (at >= from && at < from + CHANGE_EDGE) {
			s.from = GSL_MIN(s.from, at > CHANGE_EDGE ? at - CHANGE_EDGE : 0);
		}
		if (at < to && at + CHANGE_EDGE > to) {
			s.to = GSL_MAX(s.to, GSL_MIN(at + CHANGE_EDGE, n));
		}
	}
	return s;
}

void changes_fini(struct changes *changes)
{
	free(changes->list);
	*changes = (struct changes){0};
}
