/* Stage causes: when something of a tree was counted, its bugs are held against each other: whose
 * rates rise and fall together, and whose call chains share pieces, are proposed as one
 * (stats/cause.h). A person joins them or says that they are two. */
#include "work/stage.h"

#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "stats/cause.h"
#include "store/cause.h"
#include "store/db.h"

/* What a page shows of a proposal. */
enum { STEPS_MAX = 10, FUNCTIONS_MAX = 30 };

/* Any: so that the same attempts always say the same. */
enum { SEED = 1 };

struct look {
	struct cause_tried tried;
	struct cause_chains chains;
	struct cause_bug *bugs;
	struct cause_edge *edges;
	size_t n_edges;
	struct cause_pair *pairs;
	size_t n_pairs;
};

static void look_fini(struct look *look)
{
	cause_tried_fini(&look->tried);
	cause_chains_fini(&look->chains);
	free(look->bugs);
	free(look->edges);
	free(look->pairs);
}
#define _look_ __attribute__((cleanup(look_fini)))

static void look_judge(struct look *look)
{
	const struct cause_tried *t = &look->tried;
	const size_t *starts = look->chains.starts;
	look->bugs = alloc_zero(t->n_bugs + 1, sizeof(*look->bugs));
	look->edges = alloc_zero(t->n_places + 1, sizeof(*look->edges));
	look->pairs = alloc_zero(t->n_bugs * t->n_bugs + 1, sizeof(*look->pairs));
	for (size_t b = 0; b < t->n_bugs; b++) {
		look->bugs[b] = (struct cause_bug){.events = &t->events[b * t->n_places],
			.frames = &look->chains.functions[starts[b]],
			.n_frames = starts[b + 1] - starts[b]};
	}
	for (size_t p = 0; p < t->n_places; p++) {
		if (t->before[p] != CAUSE_NOWHERE) {
			look->edges[look->n_edges++] =
				(struct cause_edge){t->before[p], p, t->step[p]};
		}
	}
	look->n_pairs = cause_pairs(
		look->bugs, t->n_bugs, t->exposure, look->edges, look->n_edges, SEED, look->pairs);
}

/* A step in which both rose or both fell. */
struct moved {
	size_t edge;
	double first, second;
};

static int by_weight(const void *a, const void *b)
{
	const struct moved *x = a;
	const struct moved *y = b;
	const double left = x->first * x->second;
	const double right = y->first * y->second;
	return (left < right) - (left > right);
}

static int by_edge(const void *a, const void *b)
{
	const struct moved *x = a;
	const struct moved *y = b;
	return (x->edge > y->edge) - (x->edge < y->edge);
}

/* Those that say most, in the order of the line; `out` has room for an edge each. */
static size_t moved_find(const struct look *look, const struct cause_pair *pair, struct moved *out)
{
	size_t n = 0;
	for (size_t e = 0, count = 0; e < look->n_edges; e += count) {
		const struct cause_edge *edges = &look->edges[e];
		count = cause_step(edges, look->n_edges - e);
		const double first =
			cause_rise(&look->bugs[pair->a], look->tried.exposure, edges, count);
		const double second =
			cause_rise(&look->bugs[pair->b], look->tried.exposure, edges, count);
		if (first * second > 0) {
			out[n++] = (struct moved){e, first, second};
		}
	}
	qsort(out, n, sizeof(*out), by_weight);
	n = n < STEPS_MAX ? n : STEPS_MAX;
	qsort(out, n, sizeof(*out), by_edge);
	return n;
}

static size_t functions_find(
	const struct cause_bug *a, const struct cause_bug *b, const char **functions)
{
	size_t n = 0;
	for (size_t i = 0; i < a->n_frames; i++) {
		for (size_t j = 0; j < b->n_frames && n < FUNCTIONS_MAX; j++) {
			if (strcmp(a->frames[i], b->frames[j]) == 0) {
				functions[n++] = a->frames[i];
			}
		}
	}
	return n;
}

static int pair_put(struct db *tx, const struct look *look, const struct cause_pair *pair)
{
	const struct cause_tried *t = &look->tried;
	_free_ struct moved *moved = alloc_zero(look->n_edges + 1, sizeof(*moved));
	const char *functions[FUNCTIONS_MAX] = {NULL};
	int64_t from[STEPS_MAX] = {0}, to[STEPS_MAX] = {0};
	double first[STEPS_MAX] = {0}, second[STEPS_MAX] = {0};
	const size_t n = moved_find(look, pair, moved);
	for (size_t i = 0; i < n; i++) {
		const struct cause_edge *edge = &look->edges[moved[i].edge];
		from[i] = t->revisions[edge->from];
		to[i] = t->revisions[edge->to];
		first[i] = moved[i].first;
		second[i] = moved[i].second;
	}
	const struct cause_proposal proposal = {.tree_id = t->tree_id,
		.first_id = t->bugs[pair->a],
		.second_id = t->bugs[pair->b],
		.likeness = pair->likeness,
		.shared = pair->shared,
		.chance = pair->chance,
		.q = pair->q,
		.functions = functions,
		.n_functions =
			functions_find(&look->bugs[pair->a], &look->bugs[pair->b], functions),
		.from = from,
		.to = to,
		.first_rise = first,
		.second_rise = second,
		.n_steps = n};
	return cause_put(tx, &proposal);
}

/* What is proposed now is kept, what was is taken back. */
static int pairs_keep(struct db *tx, const struct look *look)
{
	_free_ int64_t *first_ids = alloc_zero(look->n_pairs + 1, sizeof(*first_ids));
	_free_ int64_t *second_ids = alloc_zero(look->n_pairs + 1, sizeof(*second_ids));
	size_t n = 0;
	int outcome = 0;
	for (size_t i = 0; i < look->n_pairs && outcome == 0; i++) {
		const struct cause_pair *pair = &look->pairs[i];
		if (pair->q <= CAUSE_DISCOVERY) {
			first_ids[n] = look->tried.bugs[pair->a];
			second_ids[n++] = look->tried.bugs[pair->b];
			outcome = pair_put(tx, look, pair);
		}
	}
	return outcome == 0 ? cause_withdraw(tx, &look->tried, first_ids, second_ids, n) : outcome;
}

/* One tree, in one transaction. CAUSE_NONE: there is none. */
static int turn(struct stage_place *place)
{
	_tx_ struct db *tx = NULL;
	_look_ struct look look = {0};
	int64_t tree_id = 0;
	int outcome = db_begin(place->db, &tx);
	if (outcome == 0) {
		outcome = cause_next(tx, &tree_id);
	}
	if (outcome == 0) {
		outcome = cause_tried(tx, tree_id, &look.tried);
	}
	if (outcome == 0 && look.tried.n_bugs > 1) {
		outcome = cause_chains(tx, &look.tried, &look.chains);
		if (outcome == 0) {
			look_judge(&look);
			outcome = pairs_keep(tx, &look);
		}
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

int stage_causes(struct stage_place *place)
{
	const int outcome = turn(place);
	if (outcome == CAUSE_NONE) {
		return STAGE_IDLE;
	}
	if (outcome > 0) {
		return log_fault(
			"cannot look which bugs have one cause: %s", stage_why(place->db, outcome));
	}
	return outcome < 0 ? outcome : STAGE_DID;
}
