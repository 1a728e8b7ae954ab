/* What the background stages still have to do. */
#include "store/work_item.h"

#include <stdio.h>

#include "assets.h"
#include "store/db.h"
#include "store/row.h"

int work_item_put(struct db *db, const char *stage, int64_t attempt_id)
{
	return DB_QUERY(db, "work_item_put", NULL, db_text(stage), db_int(attempt_id));
}

int work_item_next(struct db *db, struct work_item *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "work_item_next", &rows, NULL, 0);
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return WORK_ITEM_NONE;
	}
	out->id = row_int(rows, 0, "id");
	out->attempt_id = row_int(rows, 0, "attempt_id");
	out->job_id = row_int(rows, 0, "job_id");
	snprintf(out->claimed_at, sizeof(out->claimed_at), "%s", row_text(rows, 0, "claimed_at"));
	return 0;
}

int work_item_done(struct db *db, int64_t id)
{
	return DB_QUERY(db, "work_item_done", NULL, db_int(id));
}

int work_item_fail(struct db *db, int64_t id, const char *why)
{
	return DB_QUERY(db, "work_item_fail", NULL, db_int(id), db_text(why));
}

int work_item_glance(struct db *db, bool *is_busy)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "work_item_glance", &rows, NULL, 0);
	if (outcome == 0) {
		*is_busy = row_bool(rows, 0, "is_busy");
	}
	return outcome;
}

int work_item_listen(struct db *db)
{
	return db_run_text(db, asset_find("db/queries/work_item_listen.sql")->data);
}
