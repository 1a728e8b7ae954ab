/* The posterior over culprits. */
#include "stats/culprit.h"

#include <assert.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/ancestry.h"
#include "stats/culprit_state.h"

static struct culprit *search_new(const struct ancestry *line, const double *weights)
{
	struct culprit *c = alloc_zero(1, sizeof(*c));
	c->line = line;
	c->n = ancestry_count(line);
	c->prior = alloc_zero(c->n + 1, sizeof(*c->prior));
	c->groups = alloc_zero(c->n + 1, sizeof(*c->groups));
	c->n_groups = 1;
	c->none_prior = CULPRIT_NONE_PRIOR;
	c->group = alloc_zero(c->n + 1, sizeof(*c->group));
	c->tried = alloc_zero(c->n + 1, sizeof(*c->tried));
	c->place = alloc_zero(c->n + 1, sizeof(*c->place));
	c->posterior = alloc_zero(c->n + 1, sizeof(*c->posterior));
	double sum = 0;
	for (size_t i = 0; i < c->n; i++) {
		sum += weights[i];
		c->groups[0].suspects += weights[i] > 0;
	}
	assert(sum > 0);
	for (size_t i = 0; i < c->n; i++) {
		c->prior[i] = weights[i] / sum;
	}
	return c;
}

static struct culprit_chance chance_of(double events, double clean)
{
	return (struct culprit_chance){events, clean, gsl_sf_lnbeta(events, clean)};
}

struct culprit *culprit_new(
	const struct ancestry *line, enum culprit_kind kind, const double *weights, double chance)
{
	struct culprit *c = search_new(line, weights);
	c->kind = kind;
	c->hot = chance_of(CULPRIT_HALF, CULPRIT_HALF);
	c->cold = chance_of(
		CULPRIT_BACKGROUND, CULPRIT_BACKGROUND / (CULPRIT_BACKGROUND_SHARE * chance));
	return c;
}

struct culprit *culprit_new_level(const struct ancestry *line, const double *weights,
	const struct culprit_value *before, size_t n_before, const struct culprit_value *after,
	size_t n_after)
{
	struct culprit *c = search_new(line, weights);
	c->levels = culprit_levels_new(before, n_before, after, n_after);
	return c;
}

void culprit_doubt(struct culprit *c)
{
	c->none_prior = CULPRIT_NONE_DOUBTED;
	c->is_fresh = false;
}

void culprit_know(struct culprit *c, double events, double exposure)
{
	c->hot = chance_of(c->hot.events + CULPRIT_ELSEWHERE * events,
		c->hot.clean + CULPRIT_ELSEWHERE * exposure);
	c->is_unseen = true;
	c->is_fresh = false;
}

void culprit_free(struct culprit *c)
{
	if (c != NULL) {
		culprit_levels_free(c->levels);
		free(c->prior);
		free(c->groups);
		free(c->group);
		free(c->tried);
		free(c->place);
		free(c->posterior);
		free(c);
	}
}

/* An attempt on `commit` tells those of a group that it holds from the others. */
static void groups_split(struct culprit *c, size_t commit)
{
	_free_ uint32_t *held = alloc_zero(c->n_groups + 1, sizeof(*held)); /* 0: none yet */
	_free_ bool *has_rest = alloc_zero(c->n_groups + 1, sizeof(*has_rest));
	for (size_t i = 0; i < c->n; i++) {
		has_rest[c->group[i]] |= !ancestry_holds(c->line, commit, i);
	}
	for (size_t i = 0; i < c->n; i++) {
		const uint32_t g = c->group[i];
		if (!ancestry_holds(c->line, commit, i)) {
			c->groups[g].member = i;
			continue;
		}
		if (has_rest[g] && held[g] == 0) {
			held[g] = (uint32_t)c->n_groups++;
			c->groups[held[g]] = c->groups[g];
			c->groups[held[g]].suspects = 0;
		}
		if (has_rest[g]) {
			c->group[i] = held[g];
			c->groups[held[g]].member = i;
			c->groups[held[g]].suspects += c->prior[i] > 0;
			c->groups[g].suspects -= c->prior[i] > 0;
		}
	}
}

/* From now on `commit` holds all of a group or none of it. */
static struct culprit_tried *tried(struct culprit *c, size_t commit)
{
	assert(commit < c->n);
	if (c->place[commit] == 0) {
		groups_split(c, commit);
		c->tried[c->n_tried++].commit = commit;
		c->place[commit] = (uint32_t)c->n_tried;
	}
	c->is_fresh = false;
	return &c->tried[c->place[commit] - 1];
}

void culprit_see(struct culprit *c, size_t commit, double events, double exposure)
{
	assert(c->levels == NULL);
	struct culprit_tried *place = tried(c, commit);
	place->events += events;
	place->exposure += exposure;
	for (size_t g = 0; g < c->n_groups; g++) {
		if (ancestry_holds(c->line, commit, c->groups[g].member)) {
			c->groups[g].events += events;
			c->groups[g].exposure += exposure;
		}
	}
	c->all_events += events;
	c->all_exposure += exposure;
}

void culprit_see_level(struct culprit *c, size_t commit, int64_t machine, double value)
{
	assert(c->levels != NULL);
	(void)tried(c, commit);
	culprit_levels_add(c->levels, commit, machine, value);
}

/* The chance of an event is summed out. */
double culprit_chance_fit(const struct culprit_chance *chance, double events, double clean)
{
	return gsl_sf_lnbeta(chance->events + events, chance->clean + fmax(clean, 0)) -
	       chance->whole;
}

double culprit_group_fit(const struct culprit *c, const struct culprit_group *g)
{
	const bool breaks = c->kind == CULPRIT_BREAKS;
	return culprit_chance_fit(breaks ? &c->hot : &c->cold, g->events, g->exposure) +
	       culprit_chance_fit(breaks ? &c->cold : &c->hot, c->all_events - g->events,
		       c->all_exposure - g->exposure);
}

/* Were it none of them: the defect is everywhere, or, where nobody has seen it in the range, as
 * likely nowhere. *everywhere is the part of the first. */
static double none_fit(const struct culprit *c, double *everywhere)
{
	const double hot = culprit_chance_fit(&c->hot, c->all_events, c->all_exposure);
	*everywhere = 1;
	if (!c->is_unseen) {
		return hot;
	}
	const double cold = culprit_chance_fit(&c->cold, c->all_events, c->all_exposure);
	*everywhere = 1 / (1 + exp(cold - hot));
	return fmax(hot, cold) + log((1 + exp(-fabs(hot - cold))) / 2);
}

/* Fits from logarithms to shares of the best one. */
static void fits_scale(struct culprit *c, double *none)
{
	double most = *none;
	for (size_t g = 0; g < c->n_groups; g++) {
		most = fmax(most, c->groups[g].suspects > 0 ? c->groups[g].fit : most);
	}
	for (size_t g = 0; g < c->n_groups; g++) {
		c->groups[g].fit = c->groups[g].suspects > 0 ? exp(c->groups[g].fit - most) : 0;
	}
	*none = exp(*none - most);
}

static void posterior_make(struct culprit *c)
{
	double none = 0;
	if (c->levels != NULL) {
		culprit_levels_fit(c, &none);
	} else {
		for (size_t g = 0; g < c->n_groups; g++) {
			c->groups[g].fit = culprit_group_fit(c, &c->groups[g]);
		}
		double everywhere = 1;
		none = none_fit(c, &everywhere);
	}
	fits_scale(c, &none);
	c->none = c->none_prior * none;
	double sum = c->none;
	for (size_t i = 0; i < c->n; i++) {
		c->posterior[i] = (1 - c->none_prior) * c->prior[i] * c->groups[c->group[i]].fit;
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

/* Of one usual attempt it is the mean of the chance's posterior. */
static double clean_chance(
	const struct culprit_chance *chance, double events, double clean, double exposure)
{
	if (exposure == 1) {
		const double weight = chance->clean + fmax(clean, 0);
		return weight / (weight + chance->events + events);
	}
	return exp(culprit_chance_fit(chance, events, clean + exposure) -
		   culprit_chance_fit(chance, events, clean));
}

struct culprit_clean culprit_clean_of(
	const struct culprit *c, const struct culprit_group *g, double exposure)
{
	if (c->levels != NULL) {
		const double near = culprit_levels_near(c->levels);
		return (struct culprit_clean){.affected = 1 - near, .spared = near};
	}
	const bool breaks = c->kind == CULPRIT_BREAKS;
	return (struct culprit_clean){.affected = clean_chance(breaks ? &c->hot : &c->cold,
					      g->events, g->exposure, exposure),
		.spared = clean_chance(breaks ? &c->cold : &c->hot, c->all_events - g->events,
			c->all_exposure - g->exposure, exposure)};
}

double culprit_clean_none(const struct culprit *c, double exposure)
{
	if (c->levels != NULL) {
		return 0.5;
	}
	double everywhere = 1;
	(void)none_fit(c, &everywhere);
	const double hot = clean_chance(&c->hot, c->all_events, c->all_exposure, exposure);
	return everywhere == 1
		       ? hot
		       : everywhere * hot + (1 - everywhere) * clean_chance(&c->cold, c->all_events,
								       c->all_exposure, exposure);
}

void culprit_chances(struct culprit *c, double exposure, double *out)
{
	const double *p = culprit_posterior(c);
	_free_ double *more = alloc_zero(c->n + 1, sizeof(*more));
	_free_ struct culprit_clean *clean = alloc_zero(c->n_groups, sizeof(*clean));
	double spared = c->none * (1 - culprit_clean_none(c, exposure));
	for (size_t g = 0; g < c->n_groups; g++) {
		clean[g] = culprit_clean_of(c, &c->groups[g], exposure);
	}
	for (size_t i = 0; i < c->n; i++) {
		const struct culprit_clean *of = &clean[c->group[i]];
		more[i] = p[i] * (of->spared - of->affected);
		spared += p[i] * (1 - of->spared);
	}
	ancestry_sum(c->line, more, out);
	for (size_t i = 0; i < c->n; i++) {
		out[i] += spared;
	}
}
