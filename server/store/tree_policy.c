/* What is tested of a watched tree without anybody asking. */
#include "store/tree_policy.h"

#include "store/db.h"
#include "store/row.h"

int tree_policy_put(
	struct db *db, const char *name, const char *json, int64_t token_id, char **unknown)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(
		db, "tree_policy_put", &rows, db_text(name), db_text(json), db_int(token_id));
	if (outcome != 0) {
		return outcome < 0 ? outcome : POLICY_BAD;
	}
	if (rows_count(rows) == 0) {
		return POLICY_NONE;
	}
	*unknown = row_text_copy(rows, 0, "unknown");
	return *unknown == NULL ? 0 : POLICY_UNKNOWN;
}

int tree_policy_plan(struct db *db, int64_t *run, int64_t *jobs)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "tree_plan", &rows, NULL, 0);
	if (outcome != 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	if (rows_count(rows) == 0) {
		return POLICY_NONE;
	}
	*run = row_int(rows, 0, "id");
	*jobs = row_int(rows, 0, "jobs");
	return 0;
}
