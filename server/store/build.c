/* Builds whose logs were read. */
#include "store/build.h"

#include "store/array.h"
#include "store/db.h"
#include "store/row.h"

int build_find(struct db *db, int64_t attempt_id, char **why)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "build_find", &rows, db_int(attempt_id));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return BUILD_NONE;
	}
	*why = row_is_null(rows, 0, "why") ? NULL : row_text_copy(rows, 0, "why");
	return 0;
}

int build_put(struct db *db, int64_t attempt_id, struct array *objects)
{
	return DB_QUERY(db, "build_put", NULL, db_int(attempt_id),
		objects == NULL ? db_null() : array_value(objects));
}
