/* Splitting a bug: by titles, which then lead to the other bug for ever, or by attempts, whose
 * reports are pinned to it. */
#include "store/bug_split.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/array.h"
#include "store/bug_life.h"
#include "store/db.h"
#include "store/row.h"

static void parts_write(const struct bug_order *order, struct array *out)
{
	array_init(out);
	for (size_t i = 0; i < order->n_titles; i++) {
		array_text(out, order->titles[i]);
	}
	for (size_t i = 0; i < order->n_attempts; i++) {
		array_int(out, order->attempts[i]);
	}
}

/* The parts for people: "title; title", or "attempts 3, 5". */
static char *parts_text(const struct bug_order *order)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	if (out == NULL) {
		abort();
	}
	for (size_t i = 0; i < order->n_titles; i++) {
		fprintf(out, "%s%s", i == 0 ? "" : "; ", order->titles[i]);
	}
	for (size_t i = 0; i < order->n_attempts; i++) {
		fprintf(out, "%s%" PRId64, i == 0 ? "attempts " : ", ", order->attempts[i]);
	}
	fclose(out);
	return text;
}

/* How the parts stand: see bug_split_titles.sql and bug_split_attempts.sql. */
static int parts_find(
	struct db *db, const struct bug *bug, const struct bug_order *order, struct rows **out)
{
	_array_ struct array parts;
	parts_write(order, &parts);
	return DB_QUERY(db, order->n_titles > 0 ? "bug_split_titles" : "bug_split_attempts", out,
		db_int(bug->id), array_value(&parts));
}

int bug_split_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	if ((order->n_titles == 0) == (order->n_attempts == 0)) {
		return bug_wrong(
			answer, alloc_copy("a split names titles, or attempts, and not both"));
	}
	_rows_ struct rows *rows = NULL;
	const int outcome = parts_find(db, bug, order, &rows);
	if (outcome != 0) {
		return outcome;
	}
	const char *what = order->n_titles > 0 ? "titles" : "attempts";
	const int64_t own = row_int(rows, 0, "own");
	if (!row_is_null(rows, 0, "gone") && own == 0) {
		answer->bug_id = row_int(rows, 0, "gone");
		return BUG_SAME;
	}
	if (own != (int64_t)(order->n_titles + order->n_attempts)) {
		return bug_wrong(answer,
			alloc_format("not all of these %s are of bug %" PRId64, what, bug->id));
	}
	if (own == row_int(rows, 0, "all")) {
		return bug_wrong(answer, alloc_format("these are all %s of bug %" PRId64
						      ": nothing would be left of it",
						 what, bug->id));
	}
	return 0;
}

/* The bug that a join took all the titles from, or a new one. */
static int other_find(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug *other, bool *is_made)
{
	_rows_ struct rows *rows = NULL, *made = NULL;
	int outcome = order->n_titles > 0 ? parts_find(db, bug, order, &rows) : 0;
	if (outcome != 0) {
		return outcome;
	}
	*is_made = order->n_titles == 0 || row_is_null(rows, 0, "home");
	if (!*is_made) {
		return bug_get(db, row_int(rows, 0, "home"), other);
	}
	outcome = DB_QUERY(db, "bug_add", &made,
		db_text(order->n_titles > 0 ? order->titles[0] : bug->title), db_text(bug->type),
		db_text(bug->family), db_text("open"));
	return outcome != 0 ? outcome : bug_get(db, row_int(made, 0, "id"), other);
}

int bug_split_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	struct bug other = {0};
	_array_ struct array parts;
	parts_write(order, &parts);
	_free_ char *text = parts_text(order);
	int outcome = other_find(db, bug, order, &other, &answer->is_made);
	if (outcome == 0) {
		answer->bug_id = other.id;
		outcome = DB_QUERY(db,
			order->n_titles > 0 ? "bug_split_by_title" : "bug_split_by_attempt", NULL,
			db_int(bug->id), db_int(other.id), array_value(&parts));
	}
	if (outcome == 0) {
		outcome = bug_tally_two(db, bug->id, other.id);
	}
	if (outcome == 0) {
		outcome = bug_mark(db, order, bug, "split", NULL, other.id, text);
	}
	if (outcome == 0) {
		outcome = bug_mark(db, order, &other, "split_off", "open", bug->id, text);
	}
	bug_fini(&other);
	return outcome;
}
