/* How well values fit each culprit. Before and after are not known but for the ends' samples, which
 * are values like all others; a value is level of its machine + shift where affected + noise of
 * Student's t. Shift and noise are summed over a few points around what the ends say, and the level
 * of each machine over a grid of its own, so that values count within their machine: one on a
 * machine of which nobody knows the level says little. */
#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/ancestry.h"
#include "stats/culprit_state.h"

/* Points of noise (factors of half an octave), of the shift (standard errors) and of a level. */
enum { NOISES = 5, SHIFTS = 7, LEVELS = 41, POINTS = NOISES * SHIFTS };

/* Spread of a normal whose median absolute deviation is 1. */
#define MAD_NORMAL 1.4826
/* A median of n values strays by 1.25 / sqrt(n) of their spread. */
#define MEDIAN_ERROR 1.25

/* Where a value was seen: on a commit, or on one of the ends. */
#define AT_BEFORE (SIZE_MAX - 1)
#define AT_AFTER SIZE_MAX

struct value {
	int64_t machine;
	size_t commit;
	double value;
};

struct culprit_levels {
	struct value *values; /* by machine and commit */
	size_t n;
	double before, shift, noise; /* as the ends have them */
	double shift_error, ends_error, machines_apart;
};

/* All values of one machine on one commit: log densities were it spared, and were it affected. */
struct cell {
	size_t commit;
	double spared[NOISES][LEVELS], affected[POINTS][LEVELS];
};

static double median(double *values, size_t n)
{
	gsl_sort(values, 1, n);
	return gsl_stats_median_from_sorted_data(values, 1, n);
}

/* The next values of the same machine and commit. */
static size_t run_length(const struct culprit_levels *l, size_t first, bool is_machine_only)
{
	size_t n = 1;
	while (first + n < l->n && l->values[first + n].machine == l->values[first].machine &&
		(is_machine_only || l->values[first + n].commit == l->values[first].commit)) {
		n++;
	}
	return n;
}

static double run_median(const struct culprit_levels *l, size_t first, size_t n)
{
	_free_ double *copy = alloc_zero(n, sizeof(*copy));
	for (size_t i = 0; i < n; i++) {
		copy[i] = l->values[first + i].value;
	}
	return median(copy, n);
}

static double before_median(const struct culprit_levels *l)
{
	_free_ double *copy = alloc_zero(l->n, sizeof(*copy));
	size_t n = 0;
	for (size_t i = 0; i < l->n; i++) {
		if (l->values[i].commit == AT_BEFORE) {
			copy[n++] = l->values[i].value;
		}
	}
	return median(copy, n);
}

/* The middle of all differences of a value after from one before (Hodges and Lehmann 1963), within
 * machines where any has both; NaN: none has. */
static double middle_difference(const struct culprit_levels *l, bool is_within)
{
	_free_ double *all = alloc_zero(l->n * l->n, sizeof(*all));
	size_t n = 0;
	for (size_t i = 0; i < l->n; i++) {
		for (size_t j = 0; j < l->n && l->values[i].commit == AT_BEFORE; j++) {
			if (l->values[j].commit == AT_AFTER &&
				(!is_within || l->values[i].machine == l->values[j].machine)) {
				all[n++] = l->values[j].value - l->values[i].value;
			}
		}
	}
	return n > 0 ? median(all, n) : NAN;
}

/* Also how the levels of machines lie around `before`; two tell nothing of that. */
static void shift_guess(struct culprit_levels *l)
{
	_free_ double *apart = alloc_zero(l->n, sizeof(*apart));
	size_t count = 0;
	l->before = before_median(l);
	for (size_t i = 0, n = 0; i < l->n; i += n) {
		n = run_length(l, i, false);
		if (l->values[i].commit == AT_BEFORE) {
			apart[count++] = fabs(run_median(l, i, n) - l->before);
		}
	}
	l->shift = middle_difference(l, true);
	l->shift = isnan(l->shift) ? middle_difference(l, false) : l->shift;
	l->machines_apart = count > 2 ? MAD_NORMAL * median(apart, count) : fabs(l->shift);
}

/* From what values differ within one commit or end on one machine; else within one end. */
static void noise_guess(struct culprit_levels *l)
{
	_free_ double *apart = alloc_zero(l->n, sizeof(*apart));
	size_t count = 0;
	for (size_t i = 0, n = 0; i < l->n; i += n) {
		n = run_length(l, i, false);
		const double level = run_median(l, i, n);
		for (size_t j = i; j < i + n && n > 1; j++) {
			apart[count++] = fabs(l->values[j].value - level) *
					 sqrt((double)n / (double)(n - 1));
		}
	}
	for (size_t i = 0; i < l->n && count == 0; i++) {
		const double shift = l->values[i].commit == AT_AFTER ? l->shift : 0;
		apart[i] = fabs(l->values[i].value - l->before - shift);
	}
	const double least = fmax(fabs(l->shift) / 100, fabs(l->before) * 1e-9 + 1e-300);
	l->noise = fmax(MAD_NORMAL * median(apart, count > 0 ? count : l->n), least);
	l->shift_error = MEDIAN_ERROR * l->noise * l->ends_error;
}

static int by_place(const void *a, const void *b)
{
	const struct value *x = a;
	const struct value *y = b;
	return x->machine != y->machine ? (x->machine > y->machine) - (x->machine < y->machine)
					: (x->commit > y->commit) - (x->commit < y->commit);
}

void culprit_levels_add(struct culprit_levels *l, size_t commit, int64_t machine, double value)
{
	l->values = alloc_resize(l->values, l->n + 1, sizeof(*l->values));
	l->values[l->n++] = (struct value){machine, commit, value};
	qsort(l->values, l->n, sizeof(*l->values), by_place);
}

struct culprit_levels *culprit_levels_new(const struct culprit_value *before, size_t n_before,
	const struct culprit_value *after, size_t n_after)
{
	assert(n_before > 1 && n_after > 1);
	struct culprit_levels *l = alloc_zero(1, sizeof(*l));
	for (size_t i = 0; i < n_before; i++) {
		culprit_levels_add(l, AT_BEFORE, before[i].machine, before[i].value);
	}
	for (size_t i = 0; i < n_after; i++) {
		culprit_levels_add(l, AT_AFTER, after[i].machine, after[i].value);
	}
	l->ends_error = sqrt(1.0 / (double)n_before + 1.0 / (double)n_after);
	shift_guess(l);
	noise_guess(l);
	return l;
}

void culprit_levels_free(struct culprit_levels *l)
{
	if (l != NULL) {
		free(l->values);
		free(l);
	}
}

double culprit_levels_near(const struct culprit_levels *l)
{
	return gsl_cdf_tdist_P(fabs(l->shift) / 2 / l->noise, CULPRIT_FREEDOM);
}

static double noise_at(const struct culprit_levels *l, size_t noise)
{
	return l->noise * pow(M_SQRT2, (double)noise - NOISES / 2);
}

static double shift_at(const struct culprit_levels *l, size_t shift)
{
	return l->shift + l->shift_error * ((double)shift - SHIFTS / 2);
}

/* Logs of Student's density around each level, but for what is the same everywhere. */
static void densities_add(double *logs, double value, const double *levels, double noise)
{
	const double whole = -log(noise);
	for (size_t i = 0; i < LEVELS; i++) {
		const double z = (value - levels[i]) / noise;
		logs[i] += whole - (CULPRIT_FREEDOM + 1) / 2 * log1p(z * z / CULPRIT_FREEDOM);
	}
}

static void cell_add(
	struct cell *cell, const struct culprit_levels *l, double value, const double *levels)
{
	for (size_t s = 0; s < NOISES; s++) {
		densities_add(cell->spared[s], value, levels, noise_at(l, s));
	}
	for (size_t p = 0; p < POINTS; p++) {
		densities_add(cell->affected[p], value - shift_at(l, p % SHIFTS), levels,
			noise_at(l, p / SHIFTS));
	}
}

/* Of one machine, whose level is Cauchy around the others': a grid around the middle of its values,
 * which lies between its two levels. */
static size_t cells_make(const struct culprit_levels *l, size_t first, size_t n, struct cell *cells,
	double *levels, double *weights)
{
	const double middle = run_median(l, first, n);
	const double wide = fabs(l->shift) + 2 * l->shift_error + 4 * l->noise;
	const double apart = fmax(l->machines_apart, l->noise);
	size_t count = 0;
	for (size_t i = 0; i < LEVELS; i++) {
		levels[i] = middle + wide * (2 * (double)i / (LEVELS - 1) - 1);
		const double z = (levels[i] - l->before) / apart;
		weights[i] = -log1p(z * z);
	}
	for (size_t i = first; i < first + n; i++) {
		if (count == 0 || cells[count - 1].commit != l->values[i].commit) {
			memset(&cells[count], 0, sizeof(cells[count]));
			cells[count++].commit = l->values[i].commit;
		}
		cell_add(&cells[count - 1], l, l->values[i].value, levels);
	}
	return count;
}

static bool is_affected(const struct culprit *c, size_t commit, size_t culprit)
{
	return commit == AT_AFTER ||
	       (commit != AT_BEFORE && ancestry_holds(c->line, commit, culprit));
}

static double log_sum(const double *logs, size_t n)
{
	double most = -INFINITY;
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		most = fmax(most, logs[i]);
	}
	for (size_t i = 0; i < n; i++) {
		sum += exp(logs[i] - most);
	}
	return most + log(sum);
}

/* What one machine's values say at each point, its level summed out, when those of the `is_hit`
 * commits are affected. */
static void machine_fit(
	const struct cell *cells, size_t n, const bool *is_hit, const double *weights, double *fits)
{
	for (size_t p = 0; p < POINTS; p++) {
		double logs[LEVELS];
		memcpy(logs, weights, sizeof(logs));
		for (size_t k = 0; k < n; k++) {
			const double *add =
				is_hit[k] ? cells[k].affected[p] : cells[k].spared[p / SHIFTS];
			for (size_t i = 0; i < LEVELS; i++) {
				logs[i] += add[i];
			}
		}
		fits[p] = log_sum(logs, LEVELS);
	}
}

/* Adds one machine's values to fits[] of each group and of none. Groups that hit the same of its
 * commits are fitted once. */
static void machine_add(const struct culprit *c, const struct cell *cells, size_t n,
	const double *weights, double *fits)
{
	const size_t all = c->n_groups + 1;
	_free_ bool *hits = alloc_zero(all * n, sizeof(*hits));
	_free_ double *own = alloc_zero(all * POINTS, sizeof(*own));
	size_t sorts = 0;
	for (size_t g = 0; g < all; g++) {
		bool *is_hit = &hits[sorts * n];
		for (size_t k = 0; k < n; k++) {
			is_hit[k] = g < c->n_groups &&
				    is_affected(c, cells[k].commit, c->groups[g].member);
		}
		size_t sort = 0;
		while (memcmp(&hits[sort * n], is_hit, n * sizeof(*is_hit)) != 0) {
			sort++;
		}
		if (sort == sorts) {
			machine_fit(cells, n, is_hit, weights, &own[sort * POINTS]);
			sorts++;
		}
		for (size_t p = 0; p < POINTS; p++) {
			fits[g * POINTS + p] += own[sort * POINTS + p];
		}
	}
}

/* The shift's prior is flat within twice its size to both sides; it is 0 were it none of them. */
void culprit_levels_fit(struct culprit *c, double *none)
{
	struct culprit_levels *l = c->levels;
	noise_guess(l);
	_free_ struct cell *cells = alloc_zero(l->n, sizeof(*cells));
	_free_ double *fits = alloc_zero((c->n_groups + 1) * POINTS, sizeof(*fits));
	double levels[LEVELS], weights[LEVELS];
	for (size_t first = 0, n = 0; first < l->n; first += n) {
		n = run_length(l, first, true);
		const size_t count = cells_make(l, first, n, cells, levels, weights);
		machine_add(c, cells, count, weights, fits);
	}
	const double step = fmin(l->shift_error / (4 * fabs(l->shift) + l->noise), 1.0 / SHIFTS);
	for (size_t g = 0; g < c->n_groups; g++) {
		c->groups[g].fit = log_sum(&fits[g * POINTS], POINTS) + log(step);
	}
	*none = log_sum(&fits[c->n_groups * POINTS], POINTS) - log(SHIFTS);
}
