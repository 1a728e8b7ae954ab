/* Runs that settle a question. */
#include "http/settle.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
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

/* Ids of the revision, as a list; the caller's. */
static int revisions_find(struct db *tx, const struct settle *what, char **out)
{
	if (what->revision_id != 0) {
		*out = alloc_format("[%" PRId64 "]", what->revision_id);
		return 0;
	}
	_free_ char *commits = alloc_format("[%" PRId64 "]", what->commit_id);
	const struct run_revision revision = {.tree_id = what->tree_id,
		.commits = commits,
		.patches = "[]",
		.subjects = "[]",
		.reverts = "[]"};
	return run_revisions(tx, &revision, out);
}

static int order_tx(struct db *db, const struct settle *what, int64_t *run_id)
{
	_tx_ struct db *tx = NULL;
	_free_ char *revisions = NULL;
	_free_ char *profiles = alloc_format("[%" PRId64 "]", what->profile_id);
	int outcome = db_begin(db, &tx);
	if (outcome == 0) {
		outcome = revisions_find(tx, what, &revisions);
	}
	const struct run_new run = {.token_id = what->token_id,
		.tree_id = what->tree_id,
		.title = what->title,
		.priority = URGENCY_ASKED,
		.request = "{}",
		.key = what->key,
		.request_hash = SETTLE_HASH,
		.revisions = revisions,
		.profiles = profiles,
		.repeats = what->attempts,
		.tags = "[]",
		.machine = what->machine};
	if (outcome == 0) {
		outcome = run_insert(tx, &run, run_id);
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

int settle_answer(struct db *db, struct response *res, int64_t run_id)
{
	char *body = NULL;
	const int outcome = run_json(db, run_id, &body);
	if (outcome != 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	response_take(res, 202, "application/json", body, strlen(body));
	response_header(res, "Location", "/api/v1/runs/%" PRId64, run_id);
	return 0;
}
