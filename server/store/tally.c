/* Counts of attempts and bugs that pages read. */
#include "store/tally.h"

#include "store/db.h"
#include "store/row.h"

int tally_lock(struct db *db, int64_t attempt_id, struct tally_cell *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "tally_lock", &rows, db_int(attempt_id));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return TALLY_NONE;
	}
	*out = (struct tally_cell){.revision_id = row_int(rows, 0, "revision_id"),
		.profile_id = row_int(rows, 0, "profile_id")};
	return 0;
}

int tally_keep(struct db *db, const struct tally_cell *cell)
{
	return DB_QUERY(
		db, "tally_keep", NULL, db_int(cell->revision_id), db_int(cell->profile_id));
}

int tally_lock_all(struct db *db)
{
	_rows_ struct rows *rows = NULL;
	return db_query(db, "tally_lock_all", &rows, NULL, 0);
}

int tally_bugs(struct db *db, const char *bugs)
{
	return DB_QUERY(db, "tally_bugs", NULL, db_text(bugs));
}
