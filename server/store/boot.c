/* Attempts whose boot failed. */
#include "store/boot.h"

#include "store/bug.h"
#include "store/db.h"
#include "store/row.h"

int boot_find(struct db *db, int64_t attempt_id, char **detail, int64_t *size_bytes)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "boot_find", &rows, db_int(attempt_id));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return BOOT_NONE;
	}
	*detail = row_text_copy(rows, 0, "detail");
	*size_bytes = row_int(rows, 0, "size_bytes");
	return 0;
}

int boot_drop(struct db *db, int64_t attempt_id, const char *claimed_at, int64_t start)
{
	_rows_ struct rows *rows = NULL;
	int outcome = DB_QUERY(db, "boot_drop", &rows, db_int(attempt_id), db_text(claimed_at),
		start < 0 ? db_null() : db_int(start));
	for (size_t i = 0; outcome == 0 && i < rows_count(rows); i++) {
		outcome = bug_forget(db, row_int(rows, i, "bug_id"));
	}
	return outcome;
}
