/* Runs that settle a question. */
#include "store/settle.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/row.h"
#include "store/run.h"
#include "store/urgency.h"

#define SETTLE_HASH "settle"

int64_t settle_attempts(double seconds, int64_t duration_s)
{
	const double attempts = ceil(seconds / (double)duration_s);
	if (!isfinite(attempts) || attempts < 1) {
		return 1;
	}
	return attempts > SETTLE_ATTEMPTS_MAX ? SETTLE_ATTEMPTS_MAX : (int64_t)attempts;
}

int settle_run(struct db *tx, const struct settle *what, int64_t *run_id)
{
	const struct run_kernel kernel = {.tree_id = what->tree_id, .commit_id = what->commit_id};
	int64_t revision_id = what->revision_id;
	const int outcome = revision_id != 0 ? 0 : run_kernel(tx, &kernel, &revision_id);
	_free_ char *revisions = alloc_format("[%" PRId64 "]", revision_id);
	_free_ char *profiles = alloc_format("[%" PRId64 "]", what->profile_id);
	const struct run_new run = {.token_id = what->token_id,
		.tree_id = what->tree_id,
		.title = what->title,
		.priority = what->urgency != 0 ? what->urgency : URGENCY_ASKED,
		.request = "{}",
		.key = what->key,
		.request_hash = SETTLE_HASH,
		.revisions = revisions,
		.profiles = profiles,
		.repeats = what->attempts,
		.tags = "[]",
		.machine = what->machine};
	return outcome == 0 ? run_insert(tx, &run, run_id) : outcome;
}

static int order_tx(struct db *db, const struct settle *what, int64_t *run_id)
{
	_tx_ struct db *tx = NULL;
	int outcome = db_begin(db, &tx);
	if (outcome == 0) {
		outcome = settle_run(tx, what, run_id);
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

int settle_order(struct db *db, const struct settle *what, int64_t *run_id)
{
	_free_ char *hash = NULL;
	int outcome = run_by_key(db, what->token_id, what->key, run_id, &hash);
	if (outcome == RUN_NONE) {
		outcome = order_tx(db, what, run_id);
	}
	if (outcome == RUN_KEY_TAKEN) { /* somebody else's click was quicker */
		_free_ char *theirs = NULL;
		outcome = run_by_key(db, what->token_id, what->key, run_id, &theirs);
	}
	return outcome == RUN_NONE ? DB_FAULT_RETRY : outcome;
}

int settle_conditions(struct db *db, const char *factor, int64_t level_revision_id,
	int64_t level_profile_id, const char *level_machine, struct settle *what)
{
	if (strcmp(factor, "machine") == 0 || strcmp(factor, "processor") == 0) {
		what->machine = level_machine;
		return 0;
	}
	if (strcmp(factor, "quarter of the commits") == 0) {
		what->revision_id = level_revision_id;
		return 0;
	}
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "settle_profile", &rows, db_int(what->profile_id),
		db_text(factor), db_int(level_profile_id));
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome < 0 ? outcome : SETTLE_NONE; /* refused: the schema allows none */
	}
	what->profile_id = row_int(rows, 0, "id");
	return 0;
}
