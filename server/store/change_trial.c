/* The attempts that confirm a change: pairs of runs of its two edges. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/change.h"
#include "store/db.h"
#include "store/row.h"
#include "store/run.h"
#include "store/urgency.h"
#include "store/run_change.h"

void change_trial_state_fini(struct change_trial_state *trial)
{
	free(trial->profile);
	free(trial->good);
	free(trial->bad);
	free(trial->machine);
	*trial = (struct change_trial_state){0};
}

int change_trial_find(struct db *db, int64_t change_id, struct change_trial_state *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "change_trial_find", &rows, db_int(change_id));
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : CHANGE_NONE;
	}
	*out = (struct change_trial_state){.id = row_int(rows, 0, "id"),
		.tree_id = row_int(rows, 0, "tree_id"),
		.profile_id = row_int(rows, 0, "profile_id"),
		.good_revision = row_int(rows, 0, "good_revision"),
		.bad_revision = row_int(rows, 0, "bad_revision"),
		.pairs = row_int(rows, 0, "pairs"),
		.waiting = row_int(rows, 0, "waiting"),
		.queued = row_int(rows, 0, "queued"),
		.today = row_int(rows, 0, "today"),
		.profile = row_text_copy(rows, 0, "profile"),
		.good = row_text_copy(rows, 0, "good"),
		.bad = row_text_copy(rows, 0, "bad"),
		.machine = row_text_copy(rows, 0, "machine")};
	return 0;
}

int change_trial_order(struct db *db, const struct change_trial_state *trial)
{
	_free_ char *title = alloc_format("%s or %s? Pair %" PRId64 " on %s", trial->good,
		trial->bad, trial->pairs + 1, trial->profile);
	_free_ char *revisions = alloc_format(
		"[%" PRId64 ",%" PRId64 "]", trial->good_revision, trial->bad_revision);
	_free_ char *profiles = alloc_format("[%" PRId64 "]", trial->profile_id);
	_free_ char *request = alloc_format("{\"change_trial\":%" PRId64 "}", trial->id);
	const struct run_new run = {.tree_id = trial->tree_id,
		.title = title,
		.priority = URGENCY_CONFIRM,
		.request = request,
		.request_hash = "change trial",
		.tags = "[]",
		.machine = trial->machine,
		.revisions = revisions,
		.profiles = profiles,
		.repeats = 1};
	int64_t id = 0;
	const int outcome = run_insert(db, &run, &id);
	return outcome != 0 ? outcome
			    : DB_QUERY(db, "change_trial_add", NULL, db_int(trial->id), db_int(id));
}

int change_trial_pairs(struct db *db, int64_t trial_id, int64_t series_id, double **before,
	double **after, size_t *n)
{
	_rows_ struct rows *rows = NULL;
	const int outcome =
		DB_QUERY(db, "change_trial_pairs", &rows, db_int(trial_id), db_int(series_id));
	if (outcome != 0) {
		return outcome;
	}
	*n = rows_count(rows);
	*before = alloc_zero(*n + 1, sizeof(**before));
	*after = alloc_zero(*n + 1, sizeof(**after));
	for (size_t i = 0; i < *n; i++) {
		(*before)[i] = row_real(rows, i, "before");
		(*after)[i] = row_real(rows, i, "after");
	}
	return 0;
}

int change_trials_drop(struct db *db, int64_t tree_id, int64_t profile_id)
{
	_rows_ struct rows *rows = NULL;
	int outcome =
		DB_QUERY(db, "change_trial_stale", &rows, db_int(tree_id), db_int(profile_id));
	for (size_t i = 0; outcome == 0 && i < rows_count(rows); i++) {
		outcome = run_cancel(db, row_int(rows, i, "run_id"), NULL, NULL);
		outcome = outcome == RUN_CHANGE_NONE ? 0 : outcome;
	}
	return outcome;
}

int change_trials_ended(struct db *db)
{
	return db_query(db, "change_trial_ended", NULL, NULL, 0);
}
