/* Bugs that are gone. */
#include "store/gone.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/row.h"

int gone_next(struct db *db, int64_t *tree_id)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "gone_next", &rows, NULL, 0);
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : GONE_NONE;
	}
	*tree_id = row_int(rows, 0, "tree_id");
	return 0;
}

int gone_cells(struct db *db, int64_t tree_id, struct gone_cell **out, size_t *n)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "gone_cells", &rows, db_int(tree_id));
	if (outcome != 0) {
		return outcome;
	}
	*n = rows_count(rows);
	*out = alloc_zero(*n + 1, sizeof(**out));
	for (size_t i = 0; i < *n; i++) {
		(*out)[i] = (struct gone_cell){.bug_id = row_int(rows, i, "bug_id"),
			.last_id = row_int(rows, i, "last_id"),
			.first_id = row_int(rows, i, "first_id"),
			.before_events = row_real(rows, i, "before_events"),
			.before_exposure = row_real(rows, i, "before_exposure"),
			.before_seconds = row_real(rows, i, "before_seconds"),
			.after_exposure = row_real(rows, i, "after_exposure"),
			.after_seconds = row_real(rows, i, "after_seconds")};
	}
	return 0;
}

int gone_put(struct db *db, int64_t tree_id, const struct gone_cell *cell, double exposure,
	double due, double chance)
{
	return DB_QUERY(db, "gone_put", NULL, db_int(cell->bug_id), db_int(tree_id),
		db_int(cell->last_id), db_int(cell->first_id), db_int((int64_t)exposure),
		db_real(due), db_real(chance));
}

int gone_drop(struct db *db, int64_t tree_id, int64_t bug_id)
{
	return DB_QUERY(db, "gone_drop", NULL, db_int(bug_id), db_int(tree_id));
}

int gone_builds(struct db *db, int64_t tree_id)
{
	_rows_ struct rows *rows = NULL;
	return DB_QUERY(db, "gone_builds", &rows, db_int(tree_id));
}
