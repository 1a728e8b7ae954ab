/* Fixes by title. Looking for them is two steps: by subject, which finds them wherever they lie,
 * and for those beside a tree's line, climbing to the merge that brings them. */
#include "store/bug_fix.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/bug.h"
#include "store/bug_life.h"
#include "store/db.h"
#include "store/row.h"

/* What the order means, with the title that a hash stands for. */
struct fix {
	char *title;
	char *sha;       /* NULL: the title alone */
	int64_t tree_id; /* 0: every tree */
};

static void fix_fini(struct fix *fix)
{
	free(fix->title);
	free(fix->sha);
}
#define _fix_ __attribute__((cleanup(fix_fini)))

static struct db_value id_or_null(int64_t id)
{
	return id == 0 ? db_null() : db_int(id);
}

static int commit_find(
	struct db *db, const struct bug_order *order, struct fix *fix, struct bug_answer *answer)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(
		db, "bug_fix_commit_find", &rows, db_int(order->bug_id), db_text(order->sha));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) != 1) {
		return bug_wrong(
			answer, alloc_format(rows_count(rows) == 0
						     ? "no tree of the bug's family has a commit %s"
						     : "more than one commit begins with %s",
					order->sha));
	}
	fix->sha = row_text_copy(rows, 0, "sha");
	if (order->title == NULL) {
		fix->title = row_text_copy(rows, 0, "subject");
	}
	return 0;
}

static int tree_find(
	struct db *db, const struct bug_order *order, struct fix *fix, struct bug_answer *answer)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(
		db, "bug_fix_tree_find", &rows, db_int(order->bug_id), db_text(order->tree));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return bug_wrong(
			answer, alloc_format("the bug's family has no git tree '%s'", order->tree));
	}
	fix->tree_id = row_int(rows, 0, "id");
	return 0;
}

static int fix_read(
	struct db *db, const struct bug_order *order, struct fix *fix, struct bug_answer *answer)
{
	if (order->title == NULL && order->sha == NULL) {
		return bug_wrong(answer, alloc_copy("a fix needs a title, or a commit's hash"));
	}
	fix->title = order->title == NULL ? NULL : alloc_copy(order->title);
	int outcome = order->sha == NULL ? 0 : commit_find(db, order, fix, answer);
	if (outcome == 0 && order->tree != NULL) {
		outcome = tree_find(db, order, fix, answer);
	}
	if (outcome == 0 && fix->title[0] == '\0') {
		return bug_wrong(answer, alloc_copy("that commit has no title"));
	}
	return outcome;
}

int bug_fix_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	if (bug_is(bug, "duplicate") || bug_is(bug, "invalid")) {
		return bug_wrong(
			answer, alloc_format("bug %" PRId64 " is %s: open it first", bug->id,
					bug_is(bug, "invalid") ? "invalid" : "a duplicate"));
	}
	_fix_ struct fix fix = {0};
	_rows_ struct rows *rows = NULL;
	int outcome = fix_read(db, order, &fix, answer);
	if (outcome == 0) {
		outcome = DB_QUERY(db, "bug_fix_same", &rows, db_int(bug->id),
			id_or_null(fix.tree_id), db_text(fix.title), db_text(fix.sha));
	}
	return outcome == 0 && rows_count(rows) > 0 ? BUG_SAME : outcome;
}

/* Where the fix is now, in one tree (0: all) of the family. */
static int look(struct db *db, int64_t bug_id, int64_t tree_id, const char *family)
{
	int outcome = DB_QUERY(db, "bug_fix_search", NULL, db_int(bug_id), id_or_null(tree_id));
	if (outcome == 0) {
		outcome = DB_QUERY(db, "bug_fix_land", NULL, db_int(bug_id), id_or_null(tree_id));
	}
	return outcome != 0 ? outcome
			    : DB_QUERY(db, "bug_fix_close", NULL, db_int(bug_id), db_text(family));
}

/* A closed bug with another fix is open until that one is everywhere too. */
int bug_fix_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	_fix_ struct fix fix = {0};
	int outcome = fix_read(db, order, &fix, answer);
	if (outcome == 0) {
		outcome = DB_QUERY(db, "bug_fix_put", NULL, db_int(bug->id),
			id_or_null(fix.tree_id), db_text(fix.title), db_text(fix.sha));
	}
	if (outcome != 0) {
		return outcome;
	}
	_free_ char *detail = order->tree == NULL
				      ? alloc_copy(fix.title)
				      : alloc_format("%s (in %s)", fix.title, order->tree);
	const bool is_reopened = bug_is(bug, "reopened");
	outcome = bug_mark(db, order, bug, "fix", is_reopened ? NULL : "open", 0, detail);
	return outcome != 0 ? outcome : look(db, bug->id, 0, bug->family);
}

int bug_unfix_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	(void)db;
	(void)order;
	(void)answer;
	return bug->has_fix ? 0 : BUG_SAME;
}

int bug_unfix_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	(void)answer;
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "bug_fix_drop", &rows, db_int(bug->id));
	return outcome != 0
		       ? outcome
		       : bug_mark(db, order, bug, "unfix", bug_is(bug, "fixed") ? "reopened" : NULL,
				 0, row_text(rows, 0, "titles"));
}

/* Whether the tree of an order needs the fix, which must have been named. */
static int need_find(struct db *db, const struct bug *bug, const struct bug_order *order,
	int64_t *tree_id, struct rows **need, struct bug_answer *answer)
{
	_fix_ struct fix fix = {0};
	if (!bug->has_fix) {
		return bug_wrong(
			answer, alloc_format("bug %" PRId64 " has no fix: name it first", bug->id));
	}
	const int outcome = tree_find(db, order, &fix, answer);
	*tree_id = fix.tree_id;
	return outcome != 0 ? outcome
			    : DB_QUERY(db, "bug_needless_find", need, db_int(bug->id),
				      db_int(fix.tree_id));
}

int bug_needless_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	_rows_ struct rows *need = NULL;
	int64_t tree_id = 0;
	const int outcome = need_find(db, bug, order, &tree_id, &need, answer);
	return outcome == 0 && row_bool(need, 0, "is_needless") ? BUG_SAME : outcome;
}

int bug_needless_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	_rows_ struct rows *need = NULL;
	int64_t tree_id = 0;
	int outcome = need_find(db, bug, order, &tree_id, &need, answer);
	if (outcome == 0) {
		outcome = DB_QUERY(db, "bug_needless_put", NULL, db_int(bug->id), db_int(tree_id));
	}
	if (outcome == 0) {
		outcome = bug_mark(db, order, bug, "needless", NULL, 0, order->tree);
	}
	return outcome != 0
		       ? outcome
		       : DB_QUERY(db, "bug_fix_close", NULL, db_int(bug->id), db_text(bug->family));
}

int bug_needed_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	_rows_ struct rows *need = NULL;
	int64_t tree_id = 0;
	const int outcome = need_find(db, bug, order, &tree_id, &need, answer);
	return outcome == 0 && !row_bool(need, 0, "is_needless") ? BUG_SAME : outcome;
}

/* A closed bug is open again when the tree has not the fix that it needs after all. */
int bug_needed_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	_rows_ struct rows *need = NULL;
	int64_t tree_id = 0;
	int outcome = need_find(db, bug, order, &tree_id, &need, answer);
	if (outcome == 0) {
		outcome = DB_QUERY(db, "bug_needless_drop", NULL, db_int(bug->id), db_int(tree_id));
	}
	if (outcome != 0) {
		return outcome;
	}
	const bool is_missing = bug_is(bug, "fixed") && !row_bool(need, 0, "is_in");
	return bug_mark(db, order, bug, "needed", is_missing ? "reopened" : NULL, 0, order->tree);
}

/* The steps of watching, each a transaction under the family's lock: a climb may take a while, and
 * readers wait for the lock. `unlanded` is for the first. */
enum watch_step { WATCH_SEARCH, WATCH_LAND, WATCH_CLOSE };

static int watch_step(struct db *db, enum watch_step step, const char *family, int64_t tree_id,
	int64_t bug_id, struct rows **unlanded)
{
	_tx_ struct db *tx = NULL;
	int outcome = db_begin(db, &tx);
	if (outcome == 0) {
		outcome = bug_lock(tx, family);
	}
	if (outcome != 0) {
		return outcome;
	}
	switch (step) {
	case WATCH_SEARCH:
		outcome = DB_QUERY(tx, "bug_fix_search", NULL, db_null(), db_int(tree_id));
		if (outcome == 0) {
			outcome = DB_QUERY(tx, "bug_fix_unlanded", unlanded, db_int(tree_id));
		}
		break;
	case WATCH_LAND:
		outcome = DB_QUERY(tx, "bug_fix_land", NULL, db_int(bug_id), db_int(tree_id));
		break;
	case WATCH_CLOSE:
		outcome = DB_QUERY(tx, "bug_fix_close", NULL, db_null(), db_text(family));
		break;
	}
	return outcome != 0 ? outcome : db_commit(&tx);
}

int bug_fix_watch(struct db *db, int64_t tree_id)
{
	_rows_ struct rows *tree = NULL, *unlanded = NULL;
	int outcome = DB_QUERY(db, "bug_tree_family", &tree, db_int(tree_id));
	if (outcome != 0 || rows_count(tree) == 0) {
		return outcome;
	}
	const char *family = row_text(tree, 0, "family");
	outcome = watch_step(db, WATCH_SEARCH, family, tree_id, 0, &unlanded);
	for (size_t i = 0; outcome == 0 && i < rows_count(unlanded); i++) {
		outcome = watch_step(
			db, WATCH_LAND, family, tree_id, row_int(unlanded, i, "bug_id"), NULL);
	}
	return outcome != 0 ? outcome : watch_step(db, WATCH_CLOSE, family, tree_id, 0, NULL);
}
