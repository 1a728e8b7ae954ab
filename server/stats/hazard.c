/* Constant hazard: total time on test, stratum by stratum. */
#include "stats/hazard.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHAPE_MIN 0.02
#define SHAPE_MAX 50.0
#define SHARE_MIN 1e-7 /* of the longest: what came before the first migration has no logarithm */

enum { SHAPE_STEPS = 60 };

/* A stratum: its attempts by exposure. */
struct stratum {
	const struct hazard_attempt *attempts;
	size_t n;
	size_t events;
};

/* All of them, one behind the other in one list. */
struct strata {
	struct hazard_attempt *attempts;
	struct stratum *list;
	size_t count;
};

static void strata_fini(struct strata *strata)
{
	free(strata->attempts);
	free(strata->list);
}
#define _strata_ __attribute__((cleanup(strata_fini)))

static int attempt_compare(const void *a, const void *b)
{
	const struct hazard_attempt *x = a;
	const struct hazard_attempt *y = b;
	if (x->stratum != y->stratum) {
		return x->stratum < y->stratum ? -1 : 1;
	}
	return x->exposure < y->exposure ? -1 : x->exposure > y->exposure;
}

/* How many from `at` on are of its stratum. */
static size_t run_length(const struct hazard_attempt *attempts, size_t n, size_t at)
{
	size_t length = 1;
	while (at + length < n && attempts[at + length].stratum == attempts[at].stratum) {
		length++;
	}
	return length;
}

/* Small strata are given the number of the first of them. */
static void small_join(struct hazard_attempt *attempts, size_t n)
{
	int64_t joined = 0;
	bool is_any = false;
	for (size_t at = 0, length = 0; at < n; at += length) {
		length = run_length(attempts, n, at);
		if (length >= HAZARD_STRATUM_MIN) {
			continue;
		}
		joined = is_any ? joined : attempts[at].stratum;
		is_any = true;
		for (size_t i = at; i < at + length; i++) {
			attempts[i].stratum = joined;
		}
	}
	qsort(attempts, n, sizeof(*attempts), attempt_compare);
}

static void strata_make(const struct hazard_attempt *attempts, size_t n, struct strata *out)
{
	out->attempts = alloc_zero(n + 1, sizeof(*out->attempts));
	out->list = alloc_zero(n + 1, sizeof(*out->list));
	memcpy(out->attempts, attempts, n * sizeof(*attempts));
	qsort(out->attempts, n, sizeof(*attempts), attempt_compare);
	small_join(out->attempts, n);
	for (size_t at = 0; at < n; at += out->list[out->count++].n) {
		struct stratum *s = &out->list[out->count];
		*s = (struct stratum){out->attempts + at, run_length(out->attempts, n, at), 0};
		for (size_t i = 0; i < s->n; i++) {
			s->events += s->attempts[i].has_event;
		}
	}
}

/* Adds the places of a stratum's events, each less the half; says how many counted. Where the
 * longest attempt ended with an event the scale ends with it, so that one says nothing. */
static size_t places_add(const struct stratum *s, double *sum)
{
	double all = 0;
	for (size_t i = 0; i < s->n; i++) {
		all += s->attempts[i].exposure;
	}
	size_t counted = 0;
	double passed = 0; /* by attempts that ended before */
	for (size_t i = 0; i < s->n && all > 0; i++) {
		const double age = s->attempts[i].exposure;
		if (s->attempts[i].has_event && i + 1 < s->n) {
			*sum += (passed + age * (double)(s->n - i)) / all - 0.5;
			counted++;
		}
		passed += age;
	}
	return counted;
}

/* The slope of Weibull's likelihood at `shape`, in which each stratum has the scale that fits it
 * best; falls as the shape grows (Cox and Oakes, Analysis of Survival Data, 1984). */
static double shape_slope(const struct strata *strata, double shape)
{
	double slope = 0;
	for (size_t k = 0; k < strata->count; k++) {
		const struct stratum *s = &strata->list[k];
		const double longest = s->attempts[s->n - 1].exposure;
		double weight = 0;
		double weighted = 0;
		for (size_t i = 0; i < s->n; i++) {
			/* In shares of the longest, so that no power is too large. */
			const double of = longest > 0 ? s->attempts[i].exposure / longest : 1;
			const double share = GSL_MAX(of, SHARE_MIN);
			const double power = pow(share, shape);
			weight += power;
			weighted += power * log(share);
			slope += s->attempts[i].has_event ? 1 / shape + log(share) : 0;
		}
		slope -= (double)s->events * weighted / weight;
	}
	return slope;
}

static double shape_of(const struct strata *strata)
{
	double low = SHAPE_MIN;
	double high = SHAPE_MAX;
	for (int i = 0; i < SHAPE_STEPS; i++) {
		const double middle = sqrt(low * high);
		if (shape_slope(strata, middle) > 0) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return sqrt(low * high);
}

int hazard_of(const struct hazard_attempt *attempts, size_t n, struct hazard *out)
{
	_strata_ struct strata strata = {0};
	double sum = 0;
	*out = (struct hazard){0};
	strata_make(attempts, n, &strata);
	for (size_t i = 0; i < strata.count; i++) {
		out->events += places_add(&strata.list[i], &sum);
	}
	if (out->events < HAZARD_EVENTS_MIN) {
		return HAZARD_TOO_FEW;
	}
	/* A uniform place has a variance of 1/12. */
	const double off = sum / sqrt((double)out->events / 12);
	out->chance = 2 * gsl_cdf_ugaussian_Q(fabs(off));
	out->shape = shape_of(&strata);
	if (out->chance <= HAZARD_CHANCE) {
		out->answer = off < 0 ? HAZARD_EARLY : HAZARD_LATE;
	}
	return 0;
}
