/* Stage cells: idle machines try the conditions under which a bug was "not tried enough"
 * (stats/factor.h), those first that should tell most for their minutes. One run of a tree at a
 * time, since its first attempts change what is worth trying next; below searches and above commits
 * that were passed over (store/urgency.h), within the tree's budget. */
#include "work/stage.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "stats/factor_json.h"
#include "store/cell.h"
#include "store/db.h"
#include "store/settle.h"
#include "store/urgency.h"

/* Conditions that were ordered so often in a day and are open still do not answer: no machine runs
 * them, or kernels do not boot there. */
enum { BUGS_MAX = 10, ATTEMPTS_MAX = 10, RUNS_A_DAY = 3, BOOT_S = 30 };

struct bug_look {
	int64_t id;
	json_t *data, *tried;
	struct factors factors;
};

/* A cell that may be run. */
struct candidate {
	size_t bug;
	const struct factor_finding *finding;
	double bits, minutes; /* to settle it */
};

struct look {
	struct cell_turn turn;
	struct bug_look bugs[BUGS_MAX];
	size_t n_bugs;
	struct candidate *candidates;
	size_t n;
};

static void look_free(struct look **look)
{
	for (size_t i = 0; i < (*look)->n_bugs; i++) {
		factors_fini(&(*look)->bugs[i].factors);
		json_decref((*look)->bugs[i].data);
		json_decref((*look)->bugs[i].tried);
	}
	cell_turn_fini(&(*look)->turn);
	free((*look)->candidates);
	free(*look);
}
#define _look_ __attribute__((cleanup(look_free)))

static int bugs_read(struct db *db, struct look *look)
{
	int outcome = 0;
	for (size_t i = 0; i < json_array_size(look->turn.bugs) && i < BUGS_MAX && outcome == 0;
		i++) {
		struct bug_look *bug = &look->bugs[look->n_bugs];
		bug->id = json_integer_value(json_array_get(look->turn.bugs, i));
		outcome = cell_factors(db, bug->id, look->turn.tree, &bug->data);
		if (outcome == 0 && bug->data != NULL) {
			factors_find(bug->data, &bug->factors);
			look->n_bugs++;
			outcome = cell_tried(db, bug->id, &bug->tried);
		}
	}
	return outcome;
}

static bool is_listed(const json_t *list, const char *word)
{
	size_t i;
	const json_t *item;
	json_array_foreach(list, i, item)
	{
		if (word != NULL && strcmp(json_string_value(item), word) == 0) {
			return true;
		}
	}
	return false;
}

/* May idle machines try it? Which commit it is, searches ask. */
static bool is_possible(
	const struct look *look, const struct bug_look *bug, const struct factors_cell *cell)
{
	const bool is_machines =
		strcmp(cell->factor, "machine") == 0 || strcmp(cell->factor, "processor") == 0;
	const json_t *runs =
		json_object_get(json_object_get(bug->tried, cell->factor), cell->level_name);
	return strcmp(cell->factor, "quarter of the commits") != 0 &&
	       is_listed(look->turn.arches, cell->arch) &&
	       (!is_machines || is_listed(look->turn.machines, cell->level_machine)) &&
	       json_integer_value(runs) < RUNS_A_DAY;
}

static double attempt_minutes(const struct factors_cell *cell)
{
	return (double)(cell->duration_s + BOOT_S) / 60;
}

static int by_gain(const void *a, const void *b)
{
	const struct candidate *x = a;
	const struct candidate *y = b;
	const double left = x->bits / x->minutes;
	const double right = y->bits / y->minutes;
	return (left < right) - (left > right);
}

/* All that may be tried, what should tell most for its minutes first. */
static void candidates_find(struct look *look)
{
	size_t most = 0;
	for (size_t i = 0; i < look->n_bugs; i++) {
		most += look->bugs[i].factors.finding_count;
	}
	look->candidates = alloc_zero(most + 1, sizeof(*look->candidates));
	for (size_t i = 0; i < look->n_bugs; i++) {
		const struct factors *f = &look->bugs[i].factors;
		for (size_t k = 0; k < f->finding_count; k++) {
			const struct factor_finding *x = &f->findings[k];
			struct factors_cell cell;
			if (x->answer == FACTOR_NOT_TRIED && factors_cell(f, x, &cell) &&
				is_possible(look, &look->bugs[i], &cell)) {
				const int64_t attempts =
					settle_attempts(x->more_seconds, cell.duration_s);
				look->candidates[look->n++] = (struct candidate){i, x,
					factor_missing(&x->tried, &f->rows[x->more_row].tried),
					(double)attempts * attempt_minutes(&cell)};
			}
		}
	}
	qsort(look->candidates, look->n, sizeof(*look->candidates), by_gain);
}

static int run_put(struct db *db, const struct look *look, const struct candidate *c,
	const struct factors_cell *cell, const struct settle *what)
{
	_tx_ struct db *tx = NULL;
	int64_t run_id = 0;
	int outcome = db_begin(db, &tx);
	if (outcome == 0) {
		outcome = settle_run(tx, what, &run_id);
	}
	if (outcome == 0) {
		outcome = cell_put(tx, run_id, look->turn.tree_id, look->bugs[c->bug].id,
			cell->factor, cell->level_name, c->bits / c->minutes);
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

/* SETTLE_NONE: no such conditions are possible. Outside of a transaction, since the schema may
 * refuse them. */
static int candidate_order(struct db *db, const struct look *look, const struct candidate *c)
{
	struct factors_cell cell;
	factors_cell(&look->bugs[c->bug].factors, c->finding, &cell);
	const double affordable = fmax(1, floor(look->turn.left_minutes / attempt_minutes(&cell)));
	const double wanted = round(c->minutes / attempt_minutes(&cell));
	_free_ char *title = alloc_format("Not tried enough: bug %" PRId64
					  ", %s %s; %.2f bits are missing, %.2g a minute expected",
		look->bugs[c->bug].id, cell.factor, cell.level_name, c->bits, c->bits / c->minutes);
	struct settle what = {.title = title,
		.tree_id = look->turn.tree_id,
		.revision_id = cell.revision_id,
		.profile_id = cell.profile_id,
		.attempts = (int64_t)fmin(fmin(wanted, ATTEMPTS_MAX), affordable),
		.urgency = URGENCY_CELL};
	const int outcome = settle_conditions(db, cell.factor, cell.level_revision_id,
		cell.level_profile_id, cell.level_machine, &what);
	return outcome == 0 ? run_put(db, look, c, &cell, &what) : outcome;
}

/* Noted as looked at, so that nobody else orders for it meanwhile. CELL_NONE: there is none. */
static int tree_take(struct db *db, struct cell_turn *turn)
{
	_tx_ struct db *tx = NULL;
	int outcome = db_begin(db, &tx);
	if (outcome == 0) {
		outcome = cell_next(tx, turn);
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

static int tree_look(struct db *db)
{
	_look_ struct look *look = alloc_zero(1, sizeof(*look));
	int outcome = tree_take(db, &look->turn);
	if (outcome == 0) {
		outcome = bugs_read(db, look);
	}
	if (outcome != 0) {
		return outcome;
	}
	candidates_find(look);
	outcome = SETTLE_NONE;
	for (size_t i = 0; i < look->n && outcome == SETTLE_NONE; i++) {
		outcome = candidate_order(db, look, &look->candidates[i]);
	}
	return outcome == SETTLE_NONE ? 0 : outcome;
}

int stage_cells(struct stage_place *place)
{
	const int outcome = tree_look(place->db);
	if (outcome == CELL_NONE) {
		return STAGE_IDLE;
	}
	if (outcome > 0) {
		return log_fault("cannot choose what idle machines should try: %s",
			stage_why(place->db, outcome));
	}
	return outcome < 0 ? outcome : STAGE_DID;
}
