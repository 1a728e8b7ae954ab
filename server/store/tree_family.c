/* A tree that changes its family: for each bug that has reports from it, these go to the bug that
 * the same titles lead to in the other family, made where there is none. */
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/bug.h"
#include "store/bug_fix.h"
#include "store/bug_life.h"
#include "store/db.h"
#include "store/row.h"
#include "store/tally.h"
#include "store/tree.h"

struct move {
	int64_t tree_id;
	const char *name;
	const char *family; /* the new one */
	struct bug_order order;
};

/* What is settled for the one family is not for the other, but what is none of the kernel's. */
static int goal_make(struct db *tx, const struct move *move, const struct bug *bug, int64_t *goal)
{
	_rows_ struct rows *rows = NULL;
	const char *state = bug_is(bug, "new") || bug_is(bug, "invalid") ? bug->state : "open";
	const int outcome = DB_QUERY(tx, "bug_add", &rows, db_text(bug->title), db_text(bug->type),
		db_text(move->family), db_text(state));
	*goal = outcome == 0 ? row_int(rows, 0, "id") : 0;
	return outcome;
}

static int goal_find(struct db *tx, const struct move *move, const struct bug *bug, int64_t *goal)
{
	_rows_ struct rows *rows = NULL;
	const int outcome =
		DB_QUERY(tx, "tree_family_goal", &rows, db_int(bug->id), db_text(move->family));
	if (outcome != 0) {
		return outcome;
	}
	*goal = rows_count(rows) > 0 ? row_int(rows, 0, "bug_id") : 0;
	return *goal != 0 ? 0 : goal_make(tx, move, bug, goal);
}

static int bug_move(struct db *tx, const struct move *move, int64_t bug_id)
{
	struct bug bug = {0};
	int64_t goal = 0;
	_free_ char *detail =
		alloc_format("tree %s is of the family %s now", move->name, move->family);
	int outcome = bug_get(tx, bug_id, &bug);
	if (outcome == 0) {
		outcome = goal_find(tx, move, &bug, &goal);
	}
	if (outcome == 0) {
		outcome = DB_QUERY(tx, "tree_family_move", NULL, db_int(bug_id), db_int(goal),
			db_int(move->tree_id));
	}
	if (outcome == 0) {
		outcome = bug_tally_two(tx, bug_id, goal);
	}
	if (outcome == 0) {
		outcome = bug_mark(tx, &move->order, &bug, "family", NULL, goal, detail);
	}
	bug_fini(&bug);
	return outcome;
}

static int bugs_move(struct db *tx, const struct move *move)
{
	_rows_ struct rows *bugs = NULL;
	int outcome = DB_QUERY(
		tx, "tree_family_bugs", &bugs, db_int(move->tree_id), db_text(move->family));
	for (size_t i = 0; outcome == 0 && i < rows_count(bugs); i++) {
		outcome = bug_move(tx, move, row_int(bugs, i, "id"));
	}
	return outcome;
}

/* Always in the same order, so that two do not wait for each other. */
static int families_lock(struct db *tx, const char *a, const char *b)
{
	const bool is_first = strcmp(a, b) < 0;
	int outcome = tally_lock_all(tx);
	if (outcome == 0) {
		outcome = bug_lock(tx, is_first ? a : b);
	}
	return outcome != 0 ? outcome : bug_lock(tx, is_first ? b : a);
}

static int family_change(struct db *tx, struct move *move, const char *before)
{
	int outcome = families_lock(tx, before, move->family);
	if (outcome == 0) {
		outcome = DB_QUERY(
			tx, "tree_family_set", NULL, db_int(move->tree_id), db_text(move->family));
	}
	if (outcome == DB_REFUSED) {
		return TREE_BAD;
	}
	if (outcome == 0) {
		outcome = bugs_move(tx, move);
	}
	if (outcome == 0) {
		outcome = DB_QUERY(tx, "bug_fix_close", NULL, db_null(), db_text(before));
	}
	return outcome;
}

int tree_family(struct db *db, const char *name, const char *family, int64_t token_id)
{
	_tx_ struct db *tx = NULL;
	_rows_ struct rows *rows = NULL;
	int outcome = db_begin(db, &tx);
	if (outcome == 0) {
		outcome = DB_QUERY(tx, "tree_family_lock", &rows, db_text(name));
	}
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return TREE_NONE;
	}
	if (strcmp(row_text(rows, 0, "family"), family) == 0) {
		return 0;
	}
	struct move move = {.tree_id = row_int(rows, 0, "id"),
		.name = name,
		.family = family,
		.order = {.token_id = token_id, .note = ""}};
	outcome = family_change(tx, &move, row_text(rows, 0, "family"));
	if (outcome == 0) {
		outcome = db_commit(&tx);
	}
	return outcome != 0 ? outcome : bug_fix_watch(db, move.tree_id);
}
