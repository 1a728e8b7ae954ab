/* Attempts: one execution of a job on one machine. */
#include "store/attempt.h"

#include <string.h>

#include "store/db.h"
#include "store/row.h"

static struct db_value known(int64_t value, int64_t low)
{
	return value < low ? db_null() : db_int(value);
}

int attempt_begin(struct db *db, const char *claim_id, const char *machine, int64_t lease_s,
	struct attempt_begun *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(
		db, "attempt_begin", &rows, db_text(claim_id), db_text(machine), db_int(lease_s));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return ATTEMPT_NONE;
	}
	out->id = row_int(rows, 0, "id");
	out->job_id = row_int(rows, 0, "job_id");
	out->claimed_at = row_text_copy(rows, 0, "claimed_at");
	return 0;
}

int attempt_beat(struct db *db, const struct attempt_beat *beat, bool *is_cancelled)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "attempt_beat", &rows, db_int(beat->id),
		db_int(beat->lease_s), db_text(beat->step), known(beat->done, 0),
		known(beat->of, 0), db_text(beat->unit));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return ATTEMPT_NONE;
	}
	*is_cancelled = row_bool(rows, 0, "is_cancelled");
	return 0;
}

int attempt_steps_put(
	struct db *db, int64_t id, struct array *names, struct array *starts, struct array *seconds)
{
	return DB_QUERY(db, "attempt_steps_put", NULL, db_int(id), array_value(names),
		array_value(starts), array_value(seconds));
}

int attempt_artifacts_put(struct db *db, int64_t id, struct array *names, struct array *hashes)
{
	return DB_QUERY(db, "attempt_artifacts_put", NULL, db_int(id), array_value(names),
		array_value(hashes));
}

int attempt_lock(struct db *db, int64_t id, struct attempt_locked *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "attempt_lock", &rows, db_int(id));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return ATTEMPT_NONE;
	}
	*out = (struct attempt_locked){
		.job_id = row_int(rows, 0, "job_id"),
		.tries = row_int(rows, 0, "attempts"),
		.tries_max = row_int(rows, 0, "attempts_max"),
		.is_running = strcmp(row_text(rows, 0, "state"), "running") == 0,
		.is_cancelled = row_bool(rows, 0, "is_cancelled"),
		.is_late = row_bool(rows, 0, "is_late"),
		.result_hash = row_text_copy(rows, 0, "result_hash"),
	};
	return 0;
}

int attempt_end(struct db *db, const struct attempt_end *end)
{
	return DB_QUERY(db, "attempt_end", NULL, db_int(end->id), db_text(end->state),
		db_text(end->result), db_text(end->step), db_text(end->detail),
		db_bool(end->is_late), db_text(end->hash), db_text(end->kernel_release),
		known(end->page_size, 1), db_text(end->accel), db_real(end->build_seconds),
		end->is_built_from_cache < 0 ? db_null() : db_bool(end->is_built_from_cache != 0),
		db_real(end->load_before), db_real(end->load_during), db_text(end->reproduce),
		db_text(end->built), db_text(end->build_id), known(end->work_done, 0),
		db_text(end->work_unit), db_text(end->ended_by));
}

int attempt_expire(struct db *db, struct rows **out)
{
	return db_query(db, "attempt_expire", out, NULL, 0);
}

int attempt_owner(struct db *db, int64_t id, struct attempt_owner *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "attempt_owner", &rows, db_int(id));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return ATTEMPT_NONE;
	}
	out->machine = row_text_copy(rows, 0, "machine");
	out->token_id = row_int(rows, 0, "token_id");
	out->job_id = row_int(rows, 0, "job_id");
	return 0;
}

int attempt_revive(struct db *db, int64_t id, int64_t lease_s)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "attempt_revive", &rows, db_int(id), db_int(lease_s));
	return outcome == 0 && rows_count(rows) == 0 ? ATTEMPT_NONE : outcome;
}

int attempt_progress(struct db *db, struct rows **out)
{
	return db_query(db, "attempt_progress", out, NULL, 0);
}
