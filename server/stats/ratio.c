/* Ratios of rates within strata. */
#include "stats/ratio.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_roots.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define LOG_RATIO_MAX 60.0 /* e^60: beyond any two exposures */
#define NEGLIGIBLE 20.0    /* a logarithm of densities: 2e-9 */
#define ROOT_WIDTH 1e-10   /* of the logarithm */

enum {
	ROOT_STEPS = 200,
	GRID_STEPS = 17, /* to one standard deviation of the log ratio */
	GRID_REACH = 30, /* of these at most on each side */
};

struct totals {
	double before, after; /* events */
	double expected;
	double exposure_ratio;       /* after / before, weighted by where the events were */
	size_t cells;                /* common, with an event */
	const struct rate_cell *one; /* the last of them */
};

int rate_cell_is_common(const struct rate_cell *cell)
{
	return cell->before.exposure > 0 && cell->after.exposure > 0;
}

static bool is_telling(const struct rate_cell *cell)
{
	return rate_cell_is_common(cell) && cell->before.events + cell->after.events > 0;
}

static struct totals totals_of(const struct rate_cell *cells, size_t n)
{
	struct totals t = {0};
	double before_exposure = 0;
	double after_exposure = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_telling(&cells[i])) {
			continue;
		}
		const struct rate_side *before = &cells[i].before;
		const struct rate_side *after = &cells[i].after;
		t.before += before->events;
		t.after += after->events;
		t.expected += before->events * after->exposure / before->exposure;
		before_exposure += before->exposure;
		after_exposure += after->exposure;
		t.cells++;
		t.one = &cells[i];
	}
	if (t.cells > 0) {
		t.exposure_ratio =
			t.before > 0 ? t.expected / t.before : after_exposure / before_exposure;
	}
	return t;
}

static double mantel_haenszel(const struct rate_cell *cells, size_t n)
{
	double after = 0;
	double before = 0;
	for (size_t i = 0; i < n; i++) {
		if (is_telling(&cells[i])) {
			const double e1 = cells[i].before.exposure;
			const double e2 = cells[i].after.exposure;
			after += cells[i].after.events * e1 / (e1 + e2);
			before += cells[i].before.events * e2 / (e1 + e2);
		}
	}
	return before > 0 ? after / before : INFINITY;
}

/* Share of a cell's events that fall after, at this ratio. */
static double share_of(const struct rate_cell *cell, double ratio)
{
	const double after = ratio * cell->after.exposure;
	return after / (cell->before.exposure + after);
}

/* Adds a binomial count to the distribution of a sum that is at most `top` so far. */
static size_t convolve(double *mass, size_t top, double share, unsigned events)
{
	_free_ double *before = alloc_zero(top + 1, sizeof(*before));
	memcpy(before, mass, (top + 1) * sizeof(*mass));
	memset(mass, 0, (top + 1) * sizeof(*mass));
	for (unsigned k = 0; k <= events; k++) {
		const double p = gsl_ran_binomial_pdf(k, share, events);
		for (size_t i = 0; i <= top; i++) {
			mass[i + k] += before[i] * p;
		}
	}
	return top + events;
}

/* P(events after <= count) for the sum over cells. */
static double sum_exact(
	const struct rate_cell *cells, size_t n, const struct totals *t, double ratio, double count)
{
	_free_ double *mass = alloc_zero((size_t)(t->before + t->after) + 1, sizeof(*mass));
	mass[0] = 1;
	size_t top = 0;
	for (size_t i = 0; i < n; i++) {
		if (is_telling(&cells[i])) {
			const double events = cells[i].before.events + cells[i].after.events;
			top = convolve(mass, top, share_of(&cells[i], ratio), (unsigned)events);
		}
	}
	double sum = 0;
	for (size_t i = 0; i <= top && (double)i <= count; i++) {
		sum += mass[i];
	}
	return GSL_MIN(1, sum);
}

static double sum_normal(const struct rate_cell *cells, size_t n, double ratio, double count)
{
	double mean = 0;
	double variance = 0;
	for (size_t i = 0; i < n; i++) {
		if (is_telling(&cells[i])) {
			const double events = cells[i].before.events + cells[i].after.events;
			const double share = share_of(&cells[i], ratio);
			mean += events * share;
			variance += events * share * (1 - share);
		}
	}
	return gsl_cdf_ugaussian_P((count + 0.5 - mean) / sqrt(variance));
}

static double at_most(
	const struct rate_cell *cells, size_t n, const struct totals *t, double ratio, double count)
{
	if (count < 0) {
		return 0;
	}
	const double events = t->before + t->after;
	if (t->cells == 1) {
		/* The binomial's tail as a beta's (Clopper and Pearson, 1934). */
		return count >= events
			       ? 1
			       : gsl_cdf_beta_Q(share_of(t->one, ratio), count + 1, events - count);
	}
	return events <= RATIO_EXACT_EVENTS ? sum_exact(cells, n, t, ratio, count)
					    : sum_normal(cells, n, ratio, count);
}

struct crossing {
	const struct rate_cell *cells;
	size_t n;
	const struct totals *totals;
	double count, chance;
};

static double above_chance(double log_ratio, void *ctx)
{
	const struct crossing *c = ctx;
	return at_most(c->cells, c->n, c->totals, exp(log_ratio), c->count) - c->chance;
}

/* The ratio at which P(at most `count`) is `chance`; the probability falls as the ratio grows. By
 * Brent's method: each step convolves all cells. */
static double ratio_at(const struct rate_cell *cells, size_t n, const struct totals *t,
	double count, double chance)
{
	struct crossing c = {cells, n, t, count, chance};
	if (above_chance(-LOG_RATIO_MAX, &c) <= 0) {
		return exp(-LOG_RATIO_MAX);
	}
	if (above_chance(LOG_RATIO_MAX, &c) >= 0) {
		return exp(LOG_RATIO_MAX);
	}
	/* GSL's own handler would end the process; without it the best answer so far is given. */
	gsl_set_error_handler_off();
	gsl_function f = {above_chance, &c};
	gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
	gsl_root_fsolver_set(solver, &f, -LOG_RATIO_MAX, LOG_RATIO_MAX);
	for (size_t i = 0; i < ROOT_STEPS && gsl_root_fsolver_iterate(solver) == GSL_SUCCESS; i++) {
		if (gsl_root_fsolver_x_upper(solver) - gsl_root_fsolver_x_lower(solver) <
			ROOT_WIDTH) {
			break;
		}
	}
	const double log_ratio = gsl_root_fsolver_root(solver);
	gsl_root_fsolver_free(solver);
	return exp(log_ratio);
}

int ratio_interval(const struct rate_cell *cells, size_t n, double confidence, struct ratio *out)
{
	const struct totals t = totals_of(cells, n);
	if (t.cells == 0) {
		return RATIO_UNKNOWN;
	}
	const double tail = (1 - confidence) / 2;
	*out = (struct ratio){
		.ratio = mantel_haenszel(cells, n),
		.events_before = t.before,
		.events_after = t.after,
		.expected = t.expected,
		.low = t.after > 0 ? ratio_at(cells, n, &t, t.after - 1, 1 - tail) : 0,
		.high = t.before > 0 ? ratio_at(cells, n, &t, t.after, tail) : INFINITY,
	};
	const double fewer = at_most(cells, n, &t, 1, t.after);
	const double more = 1 - at_most(cells, n, &t, 1, t.after - 1);
	out->chance = GSL_MIN(1, 2 * GSL_MIN(fewer, more));
	return 0;
}

/* Logarithm of the posterior density of log ratio, but for a constant. */
static double log_density(
	const struct rate_cell *cells, size_t n, const struct totals *t, double log_ratio)
{
	const double ratio = exp(log_ratio);
	double sum = (t->after + 0.5) * log_ratio - log1p(ratio * t->exposure_ratio);
	for (size_t i = 0; i < n; i++) {
		if (is_telling(&cells[i])) {
			const double odds =
				ratio * cells[i].after.exposure / cells[i].before.exposure;
			sum -= (cells[i].before.events + cells[i].after.events) * log1p(odds);
		}
	}
	return sum;
}

/* By the trapezoid rule around the estimate, in steps of a seventeenth of the density's width:
 * right to 5e-5. The density is log-concave: once it has fallen far below its highest, it keeps
 * falling. */
static double grid_below(
	const struct rate_cell *cells, size_t n, const struct totals *t, double log_limit)
{
	const double middle = log((t->after + 0.5) / (t->before + 0.5) / t->exposure_ratio);
	const double width = sqrt(1 / (t->after + 0.5) + 1 / (t->before + 0.5));
	const double step = width / GRID_STEPS;
	const double scale = log_density(cells, n, t, middle);
	double highest = scale;
	double below = 0;
	double all = 0;
	for (int side = -1; side <= 1; side += 2) {
		for (int i = side < 0 ? 0 : 1; i <= GRID_REACH * GRID_STEPS; i++) {
			const double at = middle + side * i * step;
			const double density = log_density(cells, n, t, at);
			highest = GSL_MAX(highest, density);
			if (density < highest - NEGLIGIBLE) {
				break;
			}
			const double mass = exp(density - scale);
			all += mass;
			below += mass * GSL_MIN(1, GSL_MAX(0, (log_limit - at) / step + 0.5));
		}
	}
	return below / all;
}

double ratio_below(const struct rate_cell *cells, size_t n, double limit)
{
	const struct totals t = totals_of(cells, n);
	if (t.cells == 0) {
		return NAN;
	}
	if (t.cells > 1) {
		return grid_below(cells, n, &t, log(limit));
	}
	return gsl_cdf_beta_P(share_of(t.one, limit), t.after + 0.5, t.before + 0.5);
}
