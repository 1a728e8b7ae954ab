/* A search among values. */
#include "work/bisect_levels.h"

#include <math.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/culprit.h"
#include "store/bisection.h"

/* Of each end: fewer say nothing of how much they differ among themselves. */
enum { END_VALUES_MIN = 2 };

struct end {
	struct culprit_value *values;
	size_t n;
	double mean;
};

static struct end end_read(size_t position, const struct bisection_evidence *evidence, size_t n)
{
	struct end end = {.values = alloc_zero(n + 1, sizeof(*end.values))};
	for (size_t i = 0; i < n; i++) {
		const struct bisection_evidence *e = &evidence[i];
		if (e->what == BISECTION_VALUE && e->position == position) {
			end.values[end.n++] = (struct culprit_value){e->machine_id, e->value};
			end.mean += e->value;
		}
	}
	end.mean /= (double)(end.n > 0 ? end.n : 1);
	return end;
}

struct culprit *levels_begin(const struct ancestry *line, const struct bisection_range *range,
	struct bisection_evidence *evidence, size_t n)
{
	const struct end older = end_read(0, evidence, n);
	const struct end newer = end_read(range->n - 1, evidence, n);
	_free_ struct culprit_value *before = older.values;
	_free_ struct culprit_value *after = newer.values;
	if (older.n < END_VALUES_MIN || newer.n < END_VALUES_MIN) {
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		const double value = evidence[i].value;
		evidence[i].is_after = fabs(value - newer.mean) < fabs(value - older.mean);
	}
	return culprit_new_level(line, range->weights, before, older.n, after, newer.n);
}

bool levels_is_end(const struct bisection_range *range, const struct bisection_evidence *evidence)
{
	return evidence->position == 0 || evidence->position == range->n - 1;
}
