/* All pairs of groups, weighed as single culprits are. */
#include "stats/culprit_pair.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/ancestry.h"
#include "stats/culprit_state.h"

struct pairs {
	const struct culprit *c;
	double *mass;          /* prior of each group */
	bool *hits;            /* n_tried for each group: is affected by it */
	double one, two, most; /* logs: evidence of one culprit, of two, and the best pair's */
	size_t first, second;  /* groups of the best pair */
};

static double log_add(double a, double b)
{
	const double most = fmax(a, b);
	return isfinite(most) ? most + log(exp(a - most) + exp(b - most)) : most;
}

/* What was seen of all commits that were tried, by which of the two they hold. */
static void sorts_fill(
	const struct pairs *p, size_t first, size_t second, struct culprit_tally sorts[PAIR_SORTS])
{
	const size_t n = p->c->n_tried;
	for (size_t s = 0; s < PAIR_SORTS; s++) {
		sorts[s] = (struct culprit_tally){0, 0};
	}
	for (size_t t = 0; t < n; t++) {
		struct culprit_tally *sort = &sorts[p->hits[first * n + t] * PAIR_FIRST_ONLY +
						    p->hits[second * n + t] * PAIR_SECOND_ONLY];
		sort->events += p->c->tried[t].events;
		sort->exposure += p->c->tried[t].exposure;
	}
}

/* Without the defect are those that hold neither; where two fixes are needed, those with both. */
static double pair_fit(const struct culprit *c, const struct culprit_tally sorts[PAIR_SORTS])
{
	const size_t cold = c->kind == CULPRIT_BREAKS ? PAIR_NEITHER : PAIR_BOTH;
	double fit = 0;
	for (size_t s = 0; s < PAIR_SORTS; s++) {
		fit += culprit_chance_fit(
			s == cold ? &c->cold : &c->hot, sorts[s].events, sorts[s].exposure);
	}
	return fit;
}

static void pairs_init(struct pairs *p, const struct culprit *c)
{
	*p = (struct pairs){.c = c, .one = -INFINITY, .two = -INFINITY, .most = -INFINITY};
	p->mass = alloc_zero(c->n_groups, sizeof(*p->mass));
	p->hits = alloc_zero(c->n_groups * c->n_tried + 1, sizeof(*p->hits));
	for (size_t i = 0; i < c->n; i++) {
		p->mass[c->group[i]] += c->prior[i];
	}
	for (size_t i = 0; i < c->n_groups * c->n_tried; i++) {
		p->hits[i] = ancestry_holds(
			c->line, c->tried[i % c->n_tried].commit, c->groups[i / c->n_tried].member);
	}
}

static void pair_weigh(struct pairs *p, size_t g, size_t h)
{
	struct culprit_tally sorts[PAIR_SORTS];
	sorts_fill(p, g, h, sorts);
	const double fit = pair_fit(p->c, sorts) + log(2 * p->mass[g] * p->mass[h]);
	p->two = log_add(p->two, fit);
	if (fit > p->most) {
		const bool is_swapped =
			ancestry_holds(p->c->line, p->c->groups[g].member, p->c->groups[h].member);
		p->most = fit;
		p->first = is_swapped ? h : g;
		p->second = is_swapped ? g : h;
	}
}

/* The commit of a group that the prior has foremost, and how many it has. */
static size_t group_commit(const struct culprit *c, size_t g, size_t *alike)
{
	size_t best = c->groups[g].member;
	for (size_t i = 0; i < c->n; i++) {
		best = c->group[i] == g && c->prior[i] > c->prior[best] ? i : best;
	}
	*alike = c->groups[g].suspects;
	return best;
}

void culprit_pair_find(const struct culprit *c, struct culprit_pair *out)
{
	struct pairs p;
	assert(c->levels == NULL);
	*out = (struct culprit_pair){0};
	pairs_init(&p, c);
	for (size_t g = 0; g < c->n_groups; g++) {
		if (c->groups[g].suspects == 0) {
			continue;
		}
		p.one = log_add(p.one, culprit_group_fit(c, &c->groups[g]) + log(p.mass[g]));
		for (size_t h = g + 1; h < c->n_groups; h++) {
			if (c->groups[h].suspects > 0) {
				pair_weigh(&p, g, h);
			}
		}
	}
	if (isfinite(p.two)) {
		const double odds =
			p.two - p.one + log(CULPRIT_TWO_PRIOR / (1 - CULPRIT_TWO_PRIOR));
		out->belief = 1 / (1 + exp(-odds));
		out->first = group_commit(c, p.first, &out->first_alike);
		out->second = group_commit(c, p.second, &out->second_alike);
		sorts_fill(&p, p.first, p.second, out->sorts);
	}
	free(p.mass);
	free(p.hits);
}
