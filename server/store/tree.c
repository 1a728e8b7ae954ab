/* Trees and profiles as people add them. */
#include "store/tree.h"

#include "store/db.h"
#include "store/row.h"

int tree_add(struct db *db, const char *name, const char *url, const char *branch,
	const char *web_url, const char *family)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "tree_add", &rows, db_text(name), db_text(url),
		db_text(branch), db_text(web_url), db_text(family));
	if (outcome != 0) {
		return outcome < 0 ? outcome : TREE_BAD;
	}
	return rows_count(rows) == 0 ? TREE_EXISTS : 0;
}

int tree_refresh(struct db *db, const char *name)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "tree_refresh", &rows, db_text(name));
	if (outcome != 0) {
		return outcome < 0 ? outcome : TREE_NONE;
	}
	return rows_count(rows) == 0 ? TREE_NONE : 0;
}

int tree_is_known(struct db *db, const char *name, bool *is_known)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "tree_known", &rows, db_text(name));
	if (outcome == 0) {
		*is_known = row_bool(rows, 0, "is_known");
	}
	return outcome > 0 ? DB_FAULT : outcome;
}

int tree_list(struct db *db, char **out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "api_trees", &rows, NULL, 0);
	if (outcome != 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	*out = row_text_copy(rows, 0, "body");
	return 0;
}

int profile_add(struct db *db, const char *json)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "profile_add", &rows, db_text(json));
	if (outcome != 0) {
		return outcome < 0 ? outcome : PROFILE_BAD;
	}
	if (row_bool(rows, 0, "is_made")) {
		return 0;
	}
	return row_bool(rows, 0, "is_same") ? PROFILE_SAME : PROFILE_TAKEN;
}
