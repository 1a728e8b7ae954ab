/* When to stop: one commit holds the belief, or a few between which nothing can be tested. */
#include "stats/culprit.h"

#include <math.h>
#include <stdlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/ancestry.h"
#include "stats/culprit_state.h"

/* More commits than these, and nobody calls them inseparable. */
enum { SET_MAX = 64 };

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
