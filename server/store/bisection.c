/* Bisections: searches for a commit. */
#include "store/bisection.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/array.h"
#include "store/db.h"
#include "store/row.h"
#include "store/run.h"
#include "store/run_change.h"

int bisection_add(
	struct db *db, const struct bisection_new *new, int64_t *id, bool *is_new, char **why)
{
	_rows_ struct rows *rows = NULL;
	const struct db_value token = new->token_id == 0 ? db_null() : db_int(new->token_id);
	const int outcome =
		new->change != NULL
			? DB_QUERY(db, "bisection_add_change", &rows, db_text(new->change),
				  db_int(new->budget_minutes), token)
			: DB_QUERY(db, "bisection_add", &rows, db_text(new->bug),
				  db_text(new->kind), db_text(new->tree), db_text(new->profile),
				  db_text(new->older), db_text(new->newer),
				  db_int(new->budget_minutes), token);
	if (outcome != 0) {
		return outcome;
	}
	*id = row_int(rows, 0, "id");
	*is_new = row_bool(rows, 0, "is_new");
	if (*id == 0) {
		*why = row_text_copy(rows, 0, "why");
		return BISECTION_BAD;
	}
	return 0;
}

void bisection_fini(struct bisection *b)
{
	free(b->profile);
	*b = (struct bisection){0};
}

int bisection_next(struct db *db, struct bisection *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "bisection_next", &rows, NULL, 0);
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : BISECTION_NONE;
	}
	*out = (struct bisection){.id = row_int(rows, 0, "id"),
		.tree_id = row_int(rows, 0, "tree_id"),
		.profile_id = row_int(rows, 0, "profile_id"),
		.token_id = row_int(rows, 0, "token_id"),
		.is_fix = strcmp(row_text(rows, 0, "kind"), "fixed") == 0,
		.is_change = strcmp(row_text(rows, 0, "kind"), "moved") == 0,
		.is_first = row_bool(rows, 0, "is_first"),
		.profile = row_text_copy(rows, 0, "profile"),
		.machines = row_int(rows, 0, "machines"),
		.ended = row_int(rows, 0, "ended"),
		.budget_minutes = row_real(rows, 0, "budget_minutes"),
		.used_minutes = row_real(rows, 0, "used_minutes"),
		.run_minutes = row_real(rows, 0, "run_minutes"),
		.build_minutes = row_real(rows, 0, "build_minutes"),
		.elsewhere_events = row_real(rows, 0, "elsewhere_events"),
		.elsewhere_clean = row_real(rows, 0, "elsewhere_clean")};
	return 0;
}

int bisection_fill(struct db *db, int64_t id, int64_t most, int64_t *commits)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "bisection_fill", &rows, db_int(id), db_int(most));
	if (outcome == 0) {
		*commits = row_int(rows, 0, "commits");
	}
	return outcome;
}

void bisection_range_fini(struct bisection_range *range)
{
	free(range->commits);
	free(range->weights);
	free(range->starts);
	free(range->parents);
	*range = (struct bisection_range){0};
}

int bisection_range_read(struct db *db, int64_t id, struct bisection_range *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "bisection_parents", &rows, db_int(id));
	if (outcome != 0) {
		return outcome;
	}
	const size_t count = rows_count(rows);
	out->commits = alloc_zero(count + 1, sizeof(*out->commits));
	out->weights = alloc_zero(count + 1, sizeof(*out->weights));
	out->starts = alloc_zero(count + 1, sizeof(*out->starts));
	out->parents = alloc_zero(count + 1, sizeof(*out->parents));
	size_t links = 0;
	for (size_t i = 0; i < count; i++) {
		out->n = (size_t)row_int(rows, i, "position") + 1;
		out->commits[out->n - 1] = row_int(rows, i, "commit_id");
		out->weights[out->n - 1] = row_real(rows, i, "weight");
		if (!row_is_null(rows, i, "parent")) {
			out->parents[links++] = (size_t)row_int(rows, i, "parent");
		}
		out->starts[out->n] = links;
	}
	return 0;
}

static enum bisection_what what_of(const char *word)
{
	return strcmp(word, "event") == 0    ? BISECTION_EVENT
	       : strcmp(word, "value") == 0  ? BISECTION_VALUE
	       : strcmp(word, "clean") == 0  ? BISECTION_CLEAN
	       : strcmp(word, "broken") == 0 ? BISECTION_BROKEN
					     : BISECTION_PENDING;
}

int bisection_evidence_read(
	struct db *db, const struct bisection *b, struct bisection_evidence **out, size_t *n)
{
	_rows_ struct rows *rows = NULL;
	const char *query = b->is_change ? "bisection_values" : "bisection_evidence";
	const int outcome = DB_QUERY(db, query, &rows, db_int(b->id));
	if (outcome != 0) {
		return outcome;
	}
	*n = rows_count(rows);
	*out = alloc_zero(*n + 1, sizeof(**out));
	for (size_t i = 0; i < *n; i++) {
		(*out)[i] = (struct bisection_evidence){
			.position = (size_t)row_int(rows, i, "position"),
			.attempt_id = row_int(rows, i, "attempt_id"),
			.what = what_of(row_text(rows, i, "what")),
			.is_own = row_bool(rows, i, "is_own"),
			.exposure = row_real(rows, i, "exposure"),
			.value = row_real(rows, i, "value"),
			.machine_id = row_int(rows, i, "machine_id")};
	}
	return 0;
}

int bisection_machines(struct db *db, int64_t id, char **names, size_t most, size_t *n)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "bisection_machines", &rows, db_int(id));
	if (outcome != 0) {
		return outcome;
	}
	for (*n = 0; *n < rows_count(rows) && *n < most; ++*n) {
		names[*n] = row_text_copy(rows, *n, "name");
	}
	return 0;
}

/* For a change that was confirmed. */
static int change_begin(struct db *db)
{
	_rows_ struct rows *rows = NULL;
	_free_ char *why = NULL;
	int64_t id = 0;
	bool is_new = false;
	const int outcome = db_query(db, "bisection_wanted_change", &rows, NULL, 0);
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : BISECTION_NONE;
	}
	const struct bisection_new new = {.change = row_text(rows, 0, "change_id"),
		.budget_minutes = row_int(rows, 0, "budget_minutes")};
	const int added = bisection_add(db, &new, &id, &is_new, &why);
	return added == BISECTION_BAD ? BISECTION_NONE : added;
}

int bisection_begin(struct db *db)
{
	_rows_ struct rows *rows = NULL;
	_free_ char *why = NULL;
	int64_t id = 0;
	bool is_new = false;
	const int outcome = db_query(db, "bisection_wanted", &rows, NULL, 0);
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : change_begin(db);
	}
	const struct bisection_new new = {.bug = row_text(rows, 0, "bug_id"),
		.kind = row_text(rows, 0, "kind"),
		.tree = row_text(rows, 0, "tree"),
		.profile = row_text(rows, 0, "profile"),
		.budget_minutes = row_int(rows, 0, "budget_minutes")};
	const int added = bisection_add(db, &new, &id, &is_new, &why);
	return added == BISECTION_BAD ? BISECTION_NONE : added;
}

/* The columns of bisection_attempt, as arrays. */
struct columns {
	struct array attempts, positions, events, exposures, bits, values;
};

static void columns_init(struct columns *c)
{
	array_init(&c->attempts);
	array_init(&c->positions);
	array_init(&c->events);
	array_init(&c->exposures);
	array_init(&c->bits);
	array_init(&c->values);
}

static void columns_fini(struct columns *c)
{
	array_fini(&c->attempts);
	array_fini(&c->positions);
	array_fini(&c->events);
	array_fini(&c->exposures);
	array_fini(&c->bits);
	array_fini(&c->values);
}

static void columns_fill(struct columns *c, const struct bisection_known *known)
{
	for (size_t i = 0; i < known->n_evidence; i++) {
		const struct bisection_evidence *e = &known->evidence[i];
		if (e->what == BISECTION_EVENT || e->what == BISECTION_CLEAN ||
			e->what == BISECTION_VALUE) {
			const bool is_value = e->what == BISECTION_VALUE;
			const bool has_event = is_value ? e->is_after : e->what == BISECTION_EVENT;
			array_int(&c->attempts, e->attempt_id);
			array_int(&c->positions, (int64_t)e->position);
			array_text(&c->events, has_event ? "t" : "f");
			array_real(&c->exposures, e->exposure);
			array_real(&c->bits, e->bits);
			array_real(&c->values, is_value ? e->value : NAN);
		}
	}
}

int bisection_keep(struct db *db, const struct bisection *b, const struct bisection_known *known)
{
	_array_ struct array beliefs;
	__attribute__((cleanup(columns_fini))) struct columns c;
	array_init(&beliefs);
	columns_init(&c);
	for (size_t i = 0; i < known->n; i++) {
		array_real(&beliefs, known->beliefs[i]);
	}
	columns_fill(&c, known);
	return DB_QUERY(db, "bisection_keep", NULL, db_int(b->id), db_text(known->state),
		db_real(known->none), db_real(known->entropy), db_real(known->needs_minutes),
		db_real(b->used_minutes), db_int(b->ended), array_value(&beliefs),
		array_value(&c.attempts), array_value(&c.positions), array_value(&c.events),
		array_value(&c.exposures), array_value(&c.bits),
		known->clean_runs > 0 ? db_int(known->clean_runs) : db_null(),
		array_value(&c.values), db_real(known->two), db_int((int64_t)known->two_first),
		db_int((int64_t)known->two_second));
}

int bisection_runs_cancel(struct db *db, int64_t id)
{
	_rows_ struct rows *rows = NULL;
	int outcome = DB_QUERY(db, "bisection_runs_open", &rows, db_int(id));
	for (size_t i = 0; outcome == 0 && i < rows_count(rows); i++) {
		outcome = run_cancel(db, row_int(rows, i, "run_id"), NULL, NULL);
		outcome = outcome == RUN_CHANGE_NONE ? 0 : outcome;
	}
	return outcome;
}

int bisection_cancel(struct db *db, const char *id, const struct run_changer *by, char **owner)
{
	_tx_ struct db *tx = NULL;
	_rows_ struct rows *rows = NULL;
	int outcome = db_begin(db, &tx);
	if (outcome == 0) {
		outcome = DB_QUERY(tx, "bisection_cancel", &rows, db_text(id), db_int(by->token_id),
			db_bool(by->is_admin));
	}
	if (outcome == 0 && rows_count(rows) == 0) {
		return BISECTION_NONE;
	}
	if (outcome == 0 && !row_bool(rows, 0, "is_allowed")) {
		*owner = row_text_copy(rows, 0, "owner");
		return BISECTION_OTHER;
	}
	if (outcome == 0) {
		outcome = bisection_runs_cancel(tx, row_int(rows, 0, "id"));
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}
