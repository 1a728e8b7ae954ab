/* The posterior over culprits, and when to stop. */
#include "stats/culprit.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/ancestry.h"
#include "stats/culprit_state.h"

/* More commits than these, and nobody calls them inseparable. */
enum { SET_MAX = 64 };

static struct culprit *search_new(const struct ancestry *line, const double *weights)
{
	struct culprit *c = alloc_zero(1, sizeof(*c));
	c->line = line;
	c->n = ancestry_count(line);
	c->prior = alloc_zero(c->n + 1, sizeof(double));
	c->events = alloc_zero(c->n + 1, sizeof(double));
	c->exposure = alloc_zero(c->n + 1, sizeof(double));
	c->ratio = alloc_zero(c->n + 1, sizeof(double));
	c->posterior = alloc_zero(c->n + 1, sizeof(double));
	double sum = 0;
	for (size_t i = 0; i < c->n; i++) {
		sum += weights[i];
	}
	assert(sum > 0);
	for (size_t i = 0; i < c->n; i++) {
		c->prior[i] = log(weights[i] / sum * (1 - CULPRIT_NONE_PRIOR));
	}
	return c;
}

struct culprit *culprit_new(
	const struct ancestry *line, enum culprit_kind kind, const double *weights, double chance)
{
	struct culprit *c = search_new(line, weights);
	c->kind = kind;
	c->hot = (struct culprit_chance){CULPRIT_HALF, CULPRIT_HALF};
	c->cold = (struct culprit_chance){
		CULPRIT_BACKGROUND, CULPRIT_BACKGROUND / (CULPRIT_BACKGROUND_SHARE * chance)};
	return c;
}

struct culprit *culprit_new_level(const struct ancestry *line, const double *weights, double before,
	double after, double noise)
{
	struct culprit *c = search_new(line, weights);
	c->is_level = true;
	c->before = before;
	c->after = after;
	c->noise = noise;
	return c;
}

void culprit_free(struct culprit *c)
{
	if (c != NULL) {
		free(c->prior);
		free(c->events);
		free(c->exposure);
		free(c->ratio);
		free(c->posterior);
		free(c);
	}
}

void culprit_see(struct culprit *c, size_t commit, double events, double exposure)
{
	assert(!c->is_level && commit < c->n);
	if (events > 0) {
		ancestry_add(c->line, commit, events, c->events);
	}
	ancestry_add(c->line, commit, exposure, c->exposure);
	c->all_events += events;
	c->all_exposure += exposure;
	c->is_fresh = false;
}

/* Log of Student's density around `level`, but for what is the same everywhere. */
static double level_fit(const struct culprit *c, double value, double level)
{
	const double off = (value - level) / c->noise;
	return -(CULPRIT_FREEDOM + 1) / 2 * log1p(off * off / CULPRIT_FREEDOM);
}

/* Of both ends alike either level may be the one. */
void culprit_see_level(struct culprit *c, size_t commit, double value)
{
	assert(c->is_level && commit < c->n);
	const double before = level_fit(c, value, c->before);
	const double after = level_fit(c, value, c->after);
	ancestry_add(c->line, commit, after - before, c->ratio);
	c->none_ratio += log((1 + exp(after - before)) / 2);
	c->is_fresh = false;
}

/* Log of the chance of what was seen, the chance of an event summed out. */
static double chance_fit(const struct culprit_chance *chance, double events, double clean)
{
	return gsl_sf_lnbeta(chance->events + events, chance->clean + fmax(clean, 0)) -
	       gsl_sf_lnbeta(chance->events, chance->clean);
}

static double commit_fit(const struct culprit *c, size_t i)
{
	if (c->is_level) {
		return c->ratio[i];
	}
	const bool breaks = c->kind == CULPRIT_BREAKS;
	return chance_fit(breaks ? &c->hot : &c->cold, c->events[i], c->exposure[i]) +
	       chance_fit(breaks ? &c->cold : &c->hot, c->all_events - c->events[i],
		       c->all_exposure - c->exposure[i]);
}

static double none_fit(const struct culprit *c)
{
	return c->is_level ? c->none_ratio : chance_fit(&c->hot, c->all_events, c->all_exposure);
}

static bool is_alike(const struct culprit *c, size_t i, size_t j)
{
	return c->events[i] == c->events[j] && c->exposure[i] == c->exposure[j] &&
	       c->ratio[i] == c->ratio[j];
}

/* Commits between two that were tried fit alike, so few fits are computed. */
static void posterior_make(struct culprit *c)
{
	double most = log(CULPRIT_NONE_PRIOR) + none_fit(c);
	const double none = most;
	double fit = 0;
	for (size_t i = 0; i < c->n; i++) {
		fit = i > 0 && is_alike(c, i, i - 1) ? fit : commit_fit(c, i);
		c->posterior[i] = c->prior[i] + fit;
		most = fmax(most, c->posterior[i]);
	}
	c->none = exp(none - most);
	double sum = c->none;
	for (size_t i = 0; i < c->n; i++) {
		c->posterior[i] = exp(c->posterior[i] - most);
		sum += c->posterior[i];
	}
	for (size_t i = 0; i < c->n; i++) {
		c->posterior[i] /= sum;
	}
	c->none /= sum;
	c->is_fresh = true;
}

const double *culprit_posterior(struct culprit *c)
{
	if (!c->is_fresh) {
		posterior_make(c);
	}
	return c->posterior;
}

double culprit_none(struct culprit *c)
{
	(void)culprit_posterior(c);
	return c->none;
}

static double bits_of(double p)
{
	return p > 0 ? -p * log2(p) : 0;
}

double culprit_entropy(struct culprit *c)
{
	const double *p = culprit_posterior(c);
	double bits = bits_of(c->none);
	for (size_t i = 0; i < c->n; i++) {
		bits += bits_of(p[i]);
	}
	return bits;
}

struct ranked {
	double belief;
	size_t commit;
};

static int by_belief(const void *a, const void *b)
{
	const struct ranked *x = a;
	const struct ranked *y = b;
	return x->belief != y->belief ? (x->belief < y->belief) - (x->belief > y->belief)
				      : (x->commit > y->commit) - (x->commit < y->commit);
}

void culprit_credible(struct culprit *c, size_t **set, size_t *n)
{
	const double *p = culprit_posterior(c);
	_free_ struct ranked *ranked = alloc_zero(c->n + 1, sizeof(*ranked));
	for (size_t i = 0; i < c->n; i++) {
		ranked[i] = (struct ranked){p[i], i};
	}
	qsort(ranked, c->n, sizeof(*ranked), by_belief);
	*set = alloc_zero(c->n + 1, sizeof(**set));
	*n = 0;
	double sum = 0;
	while (*n < c->n && sum < CULPRIT_SURE && ranked[*n].belief > 0) {
		sum += ranked[*n].belief;
		(*set)[*n] = ranked[*n].commit;
		(*n)++;
	}
}

static bool is_all_testable(const struct culprit *c, const double *minutes)
{
	size_t i = 0;
	while (i < c->n && isfinite(minutes[i])) {
		i++;
	}
	return i == c->n;
}

/* Does every commit that can be tested hold all of them or none? */
static bool is_inseparable(
	const struct culprit *c, const size_t *set, size_t n, const double *minutes)
{
	for (size_t x = 0; x < c->n; x++) {
		const bool holds = ancestry_holds(c->line, x, set[0]);
		for (size_t i = 1; i < n && isfinite(minutes[x]); i++) {
			if (ancestry_holds(c->line, x, set[i]) != holds) {
				return false;
			}
		}
	}
	return true;
}

enum culprit_answer culprit_judge(struct culprit *c, const double *minutes)
{
	const double *p = culprit_posterior(c);
	_free_ size_t *set = NULL;
	size_t n = 0;
	double most = 0;
	for (size_t i = 0; i < c->n; i++) {
		most = fmax(most, p[i]);
	}
	if (c->none >= CULPRIT_SURE || most >= CULPRIT_SURE) {
		return most >= CULPRIT_SURE ? CULPRIT_FOUND : CULPRIT_NOT_HERE;
	}
	if (1 - c->none < CULPRIT_SURE || is_all_testable(c, minutes)) {
		return CULPRIT_OPEN;
	}
	culprit_credible(c, &set, &n);
	return n <= SET_MAX && is_inseparable(c, set, n, minutes) ? CULPRIT_INSEPARABLE
								  : CULPRIT_OPEN;
}

static double clean_chance(
	const struct culprit_chance *chance, double events, double clean, double exposure)
{
	return exp(
		chance_fit(chance, events, clean + exposure) - chance_fit(chance, events, clean));
}

struct culprit_clean culprit_clean_of(const struct culprit *c, size_t i, double exposure)
{
	if (c->is_level) {
		const double near =
			gsl_cdf_tdist_P(fabs(c->after - c->before) / 2 / c->noise, CULPRIT_FREEDOM);
		return (struct culprit_clean){.affected = 1 - near, .spared = near};
	}
	const bool breaks = c->kind == CULPRIT_BREAKS;
	return (struct culprit_clean){.affected = clean_chance(breaks ? &c->hot : &c->cold,
					      c->events[i], c->exposure[i], exposure),
		.spared = clean_chance(breaks ? &c->cold : &c->hot, c->all_events - c->events[i],
			c->all_exposure - c->exposure[i], exposure)};
}

double culprit_clean_none(const struct culprit *c, double exposure)
{
	return c->is_level ? 0.5 : clean_chance(&c->hot, c->all_events, c->all_exposure, exposure);
}

void culprit_chances(struct culprit *c, double exposure, double *out)
{
	const double *p = culprit_posterior(c);
	_free_ double *more = alloc_zero(c->n + 1, sizeof(*more));
	double spared = c->none * (1 - culprit_clean_none(c, exposure));
	for (size_t i = 0; i < c->n; i++) {
		const struct culprit_clean clean = culprit_clean_of(c, i, exposure);
		more[i] = p[i] * (clean.spared - clean.affected);
		spared += p[i] * (1 - clean.spared);
	}
	ancestry_sum(c->line, more, out);
	for (size_t i = 0; i < c->n; i++) {
		out[i] += spared;
	}
}
