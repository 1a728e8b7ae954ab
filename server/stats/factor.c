/* Factors: ratios within strata, and what explains them. */
#include "stats/factor.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/discovery.h"
#include "stats/verdict.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

struct table {
	const struct factor *factors;
	size_t factor_count;
	const struct factor_row *rows;
	size_t row_count;
	/* Space for the work on one level, as long as there are rows. */
	size_t *order;
	struct rate_cell *cells;
	size_t cell_count;
	size_t *cell_row; /* of each cell, the row of other levels with most events per work */
};

const char *factor_word(enum factor_answer answer)
{
	switch (answer) {
	case FACTOR_DIFFERENT:
		return "different";
	case FACTOR_EXPLAINED:
		return "explained";
	case FACTOR_NO_DIFFERENCE:
		return "no_difference";
	case FACTOR_NOT_TRIED:
		return "not_tried";
	case FACTOR_NOT_SEPARATED:
		return "not_separated";
	}
	return "";
}

struct strata_order {
	const struct table *table;
	uint64_t strata;
};

static int strata_compare(const struct strata_order *order, size_t a, size_t b)
{
	const struct table *t = order->table;
	for (size_t f = 0; f < t->factor_count; f++) {
		const size_t x = t->rows[a].level[f];
		const size_t y = t->rows[b].level[f];
		if ((order->strata >> f & 1) != 0 && x != y) {
			return x < y ? -1 : 1;
		}
	}
	return 0;
}

static int row_compare(const void *a, const void *b, void *context)
{
	return strata_compare(context, *(const size_t *)a, *(const size_t *)b);
}

static void side_add(struct rate_side *sum, const struct rate_side *more)
{
	sum->events += more->events;
	sum->exposure += more->exposure;
	sum->seconds += more->seconds;
}

static double rate_of(const struct rate_side *side)
{
	return side->exposure > 0 ? side->events / side->exposure : 0;
}

/* Cells of a level against the factor's others, one for each combination of the strata's levels. */
static void cells_fill(struct table *t, size_t factor, size_t level, uint64_t strata)
{
	struct strata_order order = {.table = t, .strata = strata};
	for (size_t i = 0; i < t->row_count; i++) {
		t->order[i] = i;
	}
	qsort_r(t->order, t->row_count, sizeof(*t->order), row_compare, &order);
	t->cell_count = 0;
	for (size_t i = 0; i < t->row_count; i++) {
		const size_t at = t->order[i];
		if (i == 0 || strata_compare(&order, t->order[i - 1], at) != 0) {
			t->cells[t->cell_count] = (struct rate_cell){0};
			t->cell_row[t->cell_count++] = t->row_count;
		}
		const size_t last = t->cell_count - 1;
		const struct rate_side *tried = &t->rows[at].tried;
		if (t->rows[at].level[factor] == level) {
			side_add(&t->cells[last].after, tried);
			continue;
		}
		side_add(&t->cells[last].before, tried);
		const size_t best = t->cell_row[last];
		if (best == t->row_count || rate_of(tried) > rate_of(&t->rows[best].tried)) {
			t->cell_row[last] = at;
		}
	}
}

static bool ratio_in(
	struct table *t, size_t factor, size_t level, uint64_t strata, struct ratio *out)
{
	*out = (struct ratio){0};
	cells_fill(t, factor, level, strata);
	return ratio_interval(t->cells, t->cell_count, VERDICT_CONFIDENCE, out) == 0;
}

/* All factors but this one and those computed from it or that it is computed from. */
static uint64_t strata_of(const struct table *t, size_t factor)
{
	uint64_t strata = 0;
	for (size_t f = 0; f < t->factor_count; f++) {
		const bool is_related = (t->factors[f].derived_from >> factor & 1) != 0 ||
					(t->factors[factor].derived_from >> f & 1) != 0;
		if (f != factor && !is_related) {
			strata |= UINT64_C(1) << f;
		}
	}
	return strata;
}

static bool covers_one(const struct ratio *r)
{
	return r->low <= 1 && r->high >= 1;
}

/* Some level of `factor` differs within levels of `within`. *chance is the least of them, *known
 * whether any could be compared. */
static bool differs_within(
	struct table *t, size_t factor, size_t within, double *chance, bool *known)
{
	bool differs = false;
	*chance = 1;
	*known = false;
	for (size_t level = 0; level < t->factors[factor].level_count; level++) {
		struct ratio r;
		if (!ratio_in(t, factor, level, UINT64_C(1) << within, &r)) {
			continue;
		}
		*known = true;
		if (!covers_one(&r) && r.chance < *chance) {
			*chance = r.chance;
			differs = true;
		}
	}
	return differs;
}

/* Who explains a crude difference, or cannot be told apart from it. */
static void explain(struct table *t, struct factor_finding *finding)
{
	double least = 2;
	for (size_t g = 0; g < t->factor_count; g++) {
		struct ratio own;
		double chance = 1;
		bool is_known = false;
		if (g == finding->factor || t->factors[g].level_count < 2) {
			continue;
		}
		const bool is_own_known =
			ratio_in(t, finding->factor, finding->level, UINT64_C(1) << g, &own);
		if (is_own_known && !covers_one(&own)) {
			continue;
		}
		if (differs_within(t, g, finding->factor, &chance, &is_known)) {
			if (chance < least) {
				least = chance;
				finding->answer = FACTOR_EXPLAINED;
				finding->other = g;
			}
		} else if (!is_own_known && !is_known && least > 1) {
			finding->answer = FACTOR_NOT_SEPARATED;
			finding->other = g;
		}
	}
}

/* The cell of other levels where work on this one would tell soonest, until so many events are due
 * that silence has a chance of one in a hundred. */
static void plan(struct table *t, struct factor_finding *finding)
{
	double most = 0;
	double due = 0;
	cells_fill(t, finding->factor, finding->level, strata_of(t, finding->factor));
	for (size_t i = 0; i < t->cell_count; i++) {
		const struct rate_side *others = &t->cells[i].before;
		due += rate_of(others) * t->cells[i].after.exposure;
		if (rate_of(others) > most) {
			most = rate_of(others);
			finding->more_row = t->cell_row[i];
		}
	}
	if (!(most > 0) || due >= VERDICT_EVENTS_DUE) {
		finding->more_row = t->row_count;
		return;
	}
	const struct rate_side *pace = &t->rows[finding->more_row].tried;
	finding->more_exposure = (VERDICT_EVENTS_DUE - due) / most;
	finding->more_seconds =
		pace->seconds > 0 ? finding->more_exposure * pace->seconds / pace->exposure : NAN;
}

static bool is_tried_enough(const struct ratio *r)
{
	const bool is_narrow = r->high < FACTOR_RATIO_SMALL && r->low > 1 / FACTOR_RATIO_SMALL;
	return is_narrow || (r->events_before > 0 && r->expected >= VERDICT_EVENTS_DUE);
}

static void answer(struct table *t, struct factor_finding *finding)
{
	const bool is_known = !isnan(finding->q);
	if (is_known && finding->q <= FACTOR_DISCOVERY) {
		finding->answer = FACTOR_DIFFERENT;
		return;
	}
	finding->answer = is_known && is_tried_enough(&finding->ratio) ? FACTOR_NO_DIFFERENCE
								       : FACTOR_NOT_TRIED;
	if (finding->crude.chance <= FACTOR_CRUDE && !covers_one(&finding->crude)) {
		explain(t, finding);
	}
	if (finding->answer == FACTOR_NOT_TRIED || finding->answer == FACTOR_NOT_SEPARATED) {
		plan(t, finding);
	}
}

static void look(struct table *t, size_t factor, size_t level, struct factor_finding *out)
{
	*out = (struct factor_finding){
		.factor = factor,
		.level = level,
		.q = NAN,
		.other = t->factor_count,
		.more_row = t->row_count,
		.more_seconds = NAN,
	};
	for (size_t i = 0; i < t->row_count; i++) {
		if (t->rows[i].level[factor] == level) {
			side_add(&out->tried, &t->rows[i].tried);
		}
	}
	if (!ratio_in(t, factor, level, 0, &out->crude)) {
		out->crude.chance = 1;
	}
	if (ratio_in(t, factor, level, strata_of(t, factor), &out->ratio)) {
		out->q = out->ratio.chance;
	}
}

int factor_findings(const struct factor *factors, size_t factor_count,
	const struct factor_row *rows, size_t row_count, struct factor_finding *out, size_t *count)
{
	*count = 0;
	if (factor_count > FACTOR_MAX) {
		return FACTOR_TOO_MANY;
	}
	_free_ size_t *order = alloc_zero(row_count + 1, sizeof(*order));
	_free_ struct rate_cell *cells = alloc_zero(row_count + 1, sizeof(*cells));
	_free_ size_t *cell_row = alloc_zero(row_count + 1, sizeof(*cell_row));
	struct table t = {.factors = factors,
		.factor_count = factor_count,
		.rows = rows,
		.row_count = row_count,
		.order = order,
		.cells = cells,
		.cell_row = cell_row};
	for (size_t f = 0; f < factor_count; f++) {
		for (size_t level = 0; level < factors[f].level_count; level++) {
			look(&t, f, level, &out[(*count)++]);
		}
	}
	_free_ double *q = alloc_zero(*count + 1, sizeof(*q));
	for (size_t i = 0; i < *count; i++) {
		q[i] = out[i].q;
	}
	discovery_adjust(q, *count);
	for (size_t i = 0; i < *count; i++) {
		out[i].q = q[i];
		answer(&t, &out[i]);
	}
	return 0;
}
