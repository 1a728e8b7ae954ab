/* Subscriptions: who is told of what, and how. */
#include "store/subscription.h"

#include <string.h>

#include "store/db.h"
#include "store/row.h"

int subscription_put(struct db *db, int64_t *id, int64_t *version, const char *fields,
	int64_t token_id, char **secret)
{
	_rows_ struct rows *rows = NULL;
	const int outcome =
		DB_QUERY(db, "subscription_put", &rows, *id == 0 ? db_null() : db_int(*id),
			db_int(*version), db_text(fields), db_int(token_id));
	if (outcome != 0) {
		return outcome;
	}
	const char *unknown = row_text(rows, 0, "unknown");
	if (unknown != NULL) {
		return strcmp(unknown, "tree") == 0 ? SUBSCRIPTION_UNKNOWN_TREE
						    : SUBSCRIPTION_UNKNOWN_PROFILE;
	}
	if (row_is_null(rows, 0, "id")) {
		return SUBSCRIPTION_STALE;
	}
	*id = row_int(rows, 0, "id");
	*version = row_int(rows, 0, "version");
	*secret = row_text_copy(rows, 0, "secret");
	return 0;
}

int subscription_find(
	struct db *db, const char *id, int64_t *number, int64_t *version, char **fields)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "subscription_find", &rows, db_text(id));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return SUBSCRIPTION_NONE;
	}
	*number = row_int(rows, 0, "id");
	*version = row_int(rows, 0, "version");
	*fields = row_text_copy(rows, 0, "fields");
	return 0;
}
