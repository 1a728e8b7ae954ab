/* Shared pieces of call chains, and steps that fall together. Steps are put elsewhere in blocks:
 * what is seen in one revision only rises before it and falls behind it, which is one chance and
 * not two. */
#include "stats/cause.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/discovery.h"

/* HITS_ENOUGH as good ones end the draws: the chance is then known to a fourth of itself. */
enum { DRAWS = 20000, HITS_ENOUGH = 20, BLOCK = 4 };

/* Where a rate was 0 at one end the ratio has no largest value; its likelihood has, to all digits.
 */
enum { LOG_RATIO_MAX = 30, HALVINGS = 50 };

struct piece {
	const char *name;
	size_t bug;
};

static int by_name(const void *a, const void *b)
{
	const struct piece *x = a;
	const struct piece *y = b;
	const int order = strcmp(x->name, y->name);
	return order != 0 ? order : (x->bug > y->bug) - (x->bug < y->bug);
}

/* All functions of all chains, each once for each bug. */
static size_t pieces_make(const struct cause_bug *bugs, size_t n, struct piece **out)
{
	size_t count = 0;
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		count += bugs[i].n_frames;
	}
	struct piece *list = alloc_zero(count + 1, sizeof(*list));
	count = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t f = 0; f < bugs[i].n_frames; f++) {
			list[count++] = (struct piece){bugs[i].frames[f], i};
		}
	}
	qsort(list, count, sizeof(*list), by_name);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || by_name(&list[kept - 1], &list[i]) != 0) {
			list[kept++] = list[i];
		}
	}
	*out = list;
	return kept;
}

/* shared[a * n + b], a < b: weight of what both have; shared[a * n + a]: of all that a has. What
 * every chain has weighs next to nothing. */
static void shared_fill(const struct cause_bug *bugs, size_t n, double *shared)
{
	_free_ struct piece *pieces = NULL;
	const size_t count = pieces_make(bugs, n, &pieces);
	for (size_t first = 0, have = 0; first < count; first += have) {
		have = 1;
		while (first + have < count &&
			strcmp(pieces[first].name, pieces[first + have].name) == 0) {
			have++;
		}
		const double weight = log((double)(n + 1) / (double)have);
		for (size_t i = first; i < first + have; i++) {
			for (size_t j = i; j < first + have; j++) {
				shared[pieces[i].bug * n + pieces[j].bug] += weight;
			}
		}
	}
}

static double fit(double events, double share)
{
	return events > 0 ? events * log(share) : 0;
}

/* Log likelihood that the rate behind is exp(x) times the one before, at each edge alike; *slope is
 * its derivative. Of events at both ends together the share behind says all that there is. */
static double likelihood(const struct cause_bug *bug, const double *exposure,
	const struct cause_edge *edges, size_t n, double x, double *slope)
{
	const double ratio = exp(x);
	double sum = 0;
	*slope = 0;
	for (size_t i = 0; i < n; i++) {
		const double from = exposure[edges[i].from];
		const double to = exposure[edges[i].to] * ratio;
		if (from > 0 && to > 0) {
			const double before = bug->events[edges[i].from];
			const double after = bug->events[edges[i].to];
			sum += fit(before, from / (from + to)) + fit(after, to / (from + to));
			*slope += after - (before + after) * to / (from + to);
		}
	}
	return sum;
}

double cause_rise(const struct cause_bug *bug, const double *exposure,
	const struct cause_edge *edges, size_t n)
{
	double low = -LOG_RATIO_MAX;
	double high = LOG_RATIO_MAX;
	double slope = 0;
	double events = 0;
	for (size_t i = 0; i < n; i++) {
		events += bug->events[edges[i].from] + bug->events[edges[i].to];
	}
	for (unsigned i = 0; events > 0 && i < HALVINGS; i++) {
		const double x = (low + high) / 2;
		(void)likelihood(bug, exposure, edges, n, x, &slope);
		*(slope > 0 ? &low : &high) = x;
	}
	const double g = 2 * (likelihood(bug, exposure, edges, n, low, &slope) -
				     likelihood(bug, exposure, edges, n, 0, &slope));
	const double z = sqrt(fmax(g, 0));
	return z >= CAUSE_RISE ? copysign(z, low) : 0;
}

size_t cause_step(const struct cause_edge *edges, size_t n)
{
	size_t count = n > 0;
	while (count < n && edges[count].step == edges[0].step) {
		count++;
	}
	return count;
}

static bool is_tried(const double *exposure, const struct cause_edge *edges, size_t n)
{
	size_t i = 0;
	while (i < n && !(exposure[edges[i].from] > 0 && exposure[edges[i].to] > 0)) {
		i++;
	}
	return i < n;
}

/* Rises and falls of each bug over the steps that say something, which are counted. */
static size_t steps_fill(const struct cause_bug *bugs, size_t n, const double *exposure,
	const struct cause_edge *edges, size_t n_edges, double *steps)
{
	size_t kept = 0;
	for (size_t e = 0, count = 0; e < n_edges; e += count) {
		count = cause_step(&edges[e], n_edges - e);
		if (!is_tried(exposure, &edges[e], count)) {
			continue;
		}
		for (size_t i = 0; i < n; i++) {
			steps[i * n_edges + kept] =
				cause_rise(&bugs[i], exposure, &edges[e], count);
		}
		kept++;
	}
	return kept;
}

static double product(const double *a, const double *b, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		sum += a[i] * b[i];
	}
	return sum;
}

/* `from` in blocks of BLOCK, cut anywhere round the line, in another order. */
static void blocks_shuffle(const double *from, size_t n, gsl_rng *draws, size_t *order, double *to)
{
	const size_t shift = gsl_rng_uniform_int(draws, n);
	const size_t blocks = (n + BLOCK - 1) / BLOCK;
	size_t kept = 0;
	for (size_t i = 0; i < blocks; i++) {
		order[i] = i;
	}
	gsl_ran_shuffle(draws, order, blocks, sizeof(*order));
	for (size_t i = 0; i < blocks; i++) {
		for (size_t j = order[i] * BLOCK; j < n && j < (order[i] + 1) * BLOCK; j++) {
			to[kept++] = from[(j + shift) % n];
		}
	}
}

static void pair_judge(
	const double *a, const double *b, size_t n, uint64_t seed, struct cause_pair *pair)
{
	const double size = sqrt(product(a, a, n) * product(b, b, n));
	pair->likeness = size > 0 ? product(a, b, n) / size : 0;
	pair->chance = NAN;
	if (!(size > 0)) {
		return;
	}
	_free_ double *elsewhere = alloc_zero(n, sizeof(*elsewhere));
	_free_ size_t *order = alloc_zero(n, sizeof(*order));
	gsl_rng *draws = gsl_rng_alloc(gsl_rng_taus2);
	size_t hits = 0;
	size_t tries = 0;
	gsl_rng_set(draws, seed);
	for (; tries < DRAWS && hits < HITS_ENOUGH; tries++) {
		blocks_shuffle(b, n, draws, order, elsewhere);
		hits += product(a, elsewhere, n) >= (pair->likeness - 1e-9) * size;
	}
	gsl_rng_free(draws);
	pair->chance = (double)(hits + 1) / (double)(tries + 1);
}

static int by_q(const void *a, const void *b)
{
	const double x =
		isnan(((const struct cause_pair *)a)->q) ? 2 : ((const struct cause_pair *)a)->q;
	const double y =
		isnan(((const struct cause_pair *)b)->q) ? 2 : ((const struct cause_pair *)b)->q;
	return (x > y) - (x < y);
}

static void pairs_adjust(struct cause_pair *pairs, size_t n)
{
	_free_ double *chances = alloc_zero(n + 1, sizeof(*chances));
	for (size_t i = 0; i < n; i++) {
		chances[i] = pairs[i].chance;
	}
	discovery_adjust(chances, n);
	for (size_t i = 0; i < n; i++) {
		pairs[i].q = chances[i];
	}
	qsort(pairs, n, sizeof(*pairs), by_q);
}

size_t cause_pairs(const struct cause_bug *bugs, size_t n, const double *exposure,
	const struct cause_edge *edges, size_t n_edges, uint64_t seed, struct cause_pair *out)
{
	_free_ double *shared = alloc_zero(n * n + 1, sizeof(*shared));
	_free_ double *steps = alloc_zero(n * n_edges + 1, sizeof(*steps));
	const size_t count = steps_fill(bugs, n, exposure, edges, n_edges, steps);
	size_t pairs = 0;
	shared_fill(bugs, n, shared);
	for (size_t a = 0; a < n; a++) {
		for (size_t b = a + 1; b < n; b++) {
			const double least = fmin(shared[a * n + a], shared[b * n + b]);
			const double share = least > 0 ? shared[a * n + b] / least : 0;
			if (share >= CAUSE_SHARED) {
				out[pairs] = (struct cause_pair){.a = a, .b = b, .shared = share};
				pair_judge(&steps[a * n_edges], &steps[b * n_edges], count,
					seed + pairs, &out[pairs]);
				pairs++;
			}
		}
	}
	pairs_adjust(out, pairs);
	return pairs;
}
