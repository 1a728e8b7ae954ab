/* What becomes of orders after they were given. */
#include "store/run_change.h"

#include "store/db.h"
#include "store/row.h"

static struct db_value asker(const struct run_changer *by)
{
	return by == NULL ? db_null() : db_int(by->token_id);
}

static struct db_value may_all(const struct run_changer *by)
{
	return db_bool(by == NULL || by->is_admin);
}

static int changed(int outcome, const struct rows *rows, char **owner)
{
	if (outcome != 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	if (rows_count(rows) == 0) {
		return RUN_CHANGE_NONE;
	}
	if (row_bool(rows, 0, "is_allowed")) {
		return 0;
	}
	*owner = row_text_copy(rows, 0, "owner");
	return RUN_CHANGE_OTHER;
}

int run_cancel(struct db *db, int64_t id, const struct run_changer *by, char **owner)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "run_cancel", &rows, db_int(id), asker(by), may_all(by));
	return changed(outcome, rows, owner);
}

int run_priority(
	struct db *db, int64_t id, int64_t priority, const struct run_changer *by, char **owner)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(
		db, "run_priority", &rows, db_int(id), db_int(priority), asker(by), may_all(by));
	return changed(outcome, rows, owner);
}

int job_cancel(struct db *db, const char *id, const struct run_changer *by, char **owner)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "job_cancel", &rows, db_text(id), asker(by), may_all(by));
	return changed(outcome, rows, owner);
}

int job_priority(
	struct db *db, const char *id, int64_t priority, const struct run_changer *by, char **owner)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(
		db, "job_priority", &rows, db_text(id), db_int(priority), asker(by), may_all(by));
	return changed(outcome, rows, owner);
}
