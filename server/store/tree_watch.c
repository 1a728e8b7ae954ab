/* Which trees are to be fetched, and how the last fetch went. */
#include "store/tree_watch.h"

#include <stdio.h>
#include <stdlib.h>

#include "assets.h"
#include "shared/alloc.h"
#include "store/db.h"
#include "store/row.h"

int tree_watch_list(struct db *db, int64_t refresh_s, struct tree_watch **out, size_t *n)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "tree_watch_list", &rows, db_int(refresh_s));
	if (outcome != 0) {
		return outcome;
	}
	*n = rows_count(rows);
	*out = alloc_zero(*n + 1, sizeof(**out));
	for (size_t i = 0; i < *n; i++) {
		(*out)[i].id = row_int(rows, i, "id");
		(*out)[i].name = row_text_copy(rows, i, "name");
		(*out)[i].url = row_text_copy(rows, i, "url");
		(*out)[i].branch = row_text_copy(rows, i, "branch");
	}
	return 0;
}

void tree_watches_free(struct tree_watch *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].name);
		free(list[i].url);
		free(list[i].branch);
	}
	free(list);
}

int tree_watch_begin(struct db *db, struct tree_watch *tree)
{
	_rows_ struct rows *locked = NULL, *begun = NULL;
	int outcome = DB_QUERY(db, "tree_watch_lock", &locked, db_int(tree->id));
	if (outcome != 0) {
		return outcome;
	}
	if (!row_bool(locked, 0, "is_locked")) {
		return TREE_WATCH_NONE;
	}
	outcome = DB_QUERY(db, "tree_watch_begin", &begun, db_int(tree->id));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(begun) == 0) {
		outcome = tree_watch_end(db, tree);
		return outcome < 0 ? outcome : TREE_WATCH_NONE;
	}
	snprintf(tree->began_at, sizeof(tree->began_at), "%s", row_text(begun, 0, "began_at"));
	return 0;
}

int tree_watch_end(struct db *db, const struct tree_watch *tree)
{
	return DB_QUERY(db, "tree_watch_unlock", NULL, db_int(tree->id));
}

int tree_watch_copy(struct db *db, const struct tree_watch *tree)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "tree_watch_copy", &rows, db_int(tree->id));
	if (outcome != 0) {
		return outcome;
	}
	return rows_count(rows) == 0
		       ? TREE_WATCH_NONE
		       : db_run_text(db, asset_find("db/queries/tree_watch_plan.sql")->data);
}

int tree_watch_done(struct db *db, const struct tree_watch *tree)
{
	return DB_QUERY(db, "tree_watch_done", NULL, db_int(tree->id), db_text(tree->began_at));
}

int tree_watch_fail(struct db *db, const struct tree_watch *tree, const char *why)
{
	return DB_QUERY(db, "tree_watch_fail", NULL, db_int(tree->id), db_text(tree->began_at),
		db_text(why));
}
