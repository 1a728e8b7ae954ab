/* Suspected stretches of two points. */
#include "stats/change_short.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TWO_SIDED 1.959964

/* The middles before and behind may differ by so much of the step beside their own error, or it did
 * not come back. */
#define BACK_SHARE 0.25
#define MEDIAN_ERROR 1.2 /* in those of a mean */

/* The numbers among the values. */
struct numbers {
	double *value;
	size_t *place;
	size_t n;
};

static void numbers_fini(struct numbers *numbers)
{
	free(numbers->value);
	free(numbers->place);
}
#define _numbers_ __attribute__((cleanup(numbers_fini)))

static void numbers_take(const double *values, size_t n, struct numbers *out)
{
	out->value = alloc_zero(n + 1, sizeof(*out->value));
	out->place = alloc_zero(n + 1, sizeof(*out->place));
	for (size_t i = 0; i < n; i++) {
		if (isfinite(values[i])) {
			out->value[out->n] = values[i];
			out->place[out->n++] = i;
		}
	}
}

static double median_of(const double *values, size_t n)
{
	double sorted[2 * CHANGE_SHORT_BESIDE];
	memcpy(sorted, values, n * sizeof(*sorted));
	gsl_sort(sorted, 1, n);
	return gsl_stats_median_from_sorted_data(sorted, 1, n);
}

/* A stretch from number `at` on, among its neighbours. */
struct stretch {
	size_t at, before, behind; /* how many neighbours */
	double base;               /* their median */
	double moved;              /* that of those behind less that of those before */
	double out;                /* mean of the two, less the base */
};

/* How far the points from `from` to `to` lie from the base at most. */
static double furthest(const struct numbers *v, size_t from, size_t to, double base)
{
	double most = 0;
	for (size_t i = from; i < to; i++) {
		most = GSL_MAX(most, fabs(v->value[i] - base));
	}
	return most;
}

static struct stretch stretch_of(const struct numbers *v, size_t at)
{
	struct stretch s = {.at = at,
		.before = GSL_MIN(at, CHANGE_SHORT_BESIDE),
		.behind = GSL_MIN(v->n - at - CHANGE_SHORT, CHANGE_SHORT_BESIDE)};
	double beside[2 * CHANGE_SHORT_BESIDE];
	memcpy(beside, v->value + at - s.before, s.before * sizeof(*beside));
	memcpy(beside + s.before, v->value + at + CHANGE_SHORT, s.behind * sizeof(*beside));
	s.moved = median_of(beside + s.before, s.behind) - median_of(beside, s.before);
	s.base = median_of(beside, s.before + s.behind);
	s.out = (v->value[at] + v->value[at + 1]) / 2 - s.base;
	return s;
}

static bool is_away(const struct numbers *v, const struct stretch *s, double noise)
{
	const double one = v->value[s->at] - s->base;
	const double two = v->value[s->at + 1] - s->base;
	const double least = GSL_MIN(fabs(one), fabs(two));
	const double beside = GSL_MAX(furthest(v, s->at - s->before, s->at, s->base),
		furthest(v, s->at + CHANGE_SHORT, s->at + CHANGE_SHORT + s->behind, s->base));
	const double error = TWO_SIDED * MEDIAN_ERROR * noise *
			     sqrt(1 / (double)s->before + 1 / (double)s->behind);
	return (one > 0) == (two > 0) && least > CHANGE_SHORT_DEVIATIONS * noise &&
	       least > beside && fabs(s->moved) <= BACK_SHARE * fabs(s->out) + error;
}

/* Is the change within reach of the places `from` to `to`? */
static bool is_beside(const struct change *change, size_t from, size_t to)
{
	return change->at + CHANGE_SIDE_MIN > from && change->at < to + CHANGE_SIDE_MIN;
}

static bool is_known(const struct changes *changes, size_t from, size_t to)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *c = &changes->list[i];
		if (is_beside(c, from, to) && (c->chance <= CHANGE_CHANCE || c->chance >= 1)) {
			return true;
		}
	}
	return false;
}

static void suspects_drop(struct changes *changes, size_t from, size_t to)
{
	size_t kept = 0;
	for (size_t i = 0; i < changes->count; i++) {
		if (!is_beside(&changes->list[i], from, to)) {
			changes->list[kept++] = changes->list[i];
		}
	}
	changes->count = kept;
}

/* From a level of `points` points to the next, at number `at`. */
static struct change edge_of(const struct numbers *v, size_t at, size_t before, size_t behind,
	double from, double to, double noise)
{
	const double before_error = TWO_SIDED * noise / sqrt((double)before);
	const double behind_error = TWO_SIDED * noise / sqrt((double)behind);
	return (struct change){.at = v->place[at],
		.low = v->place[at],
		.high = v->place[at],
		.from = v->place[at - before],
		.to = v->place[at + behind - 1],
		.before = from,
		.before_low = from - before_error,
		.before_high = from + before_error,
		.after = to,
		.after_low = to - behind_error,
		.after_high = to + behind_error,
		.chance = 1,
		.kind = CHANGE_LEVEL};
}

static void edges_add(const struct numbers *v, const struct stretch *s, struct changes *changes)
{
	const double away = s->base + s->out;
	changes->list = alloc_resize(changes->list, changes->count + 2, sizeof(*changes->list));
	changes->list[changes->count++] =
		edge_of(v, s->at, s->before, CHANGE_SHORT, s->base, away, changes->noise);
	changes->list[changes->count++] = edge_of(
		v, s->at + CHANGE_SHORT, CHANGE_SHORT, s->behind, away, s->base, changes->noise);
}

static int change_compare(const void *a, const void *b)
{
	const struct change *x = a;
	const struct change *y = b;
	return x->at < y->at ? -1 : x->at > y->at;
}

void change_short_add(const double *values, size_t n, struct changes *changes)
{
	_numbers_ struct numbers v = {0};
	numbers_take(values, n, &v);
	for (size_t at = CHANGE_SIDE_MIN; at + CHANGE_SHORT + CHANGE_SIDE_MIN <= v.n; at++) {
		const struct stretch s = stretch_of(&v, at);
		const size_t from = v.place[at];
		const size_t to = v.place[at + CHANGE_SHORT];
		if (is_away(&v, &s, changes->noise) && !is_known(changes, from, to)) {
			suspects_drop(changes, from, to);
			edges_add(&v, &s, changes);
		}
	}
	if (changes->count > 1) {
		qsort(changes->list, changes->count, sizeof(*changes->list), change_compare);
	}
}
