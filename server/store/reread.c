/* Passes over consoles and build logs that an older reader has read. */
#include "store/reread.h"

#include "store/array.h"
#include "store/db.h"
#include "store/row.h"

static struct db_value id_or_null(int64_t id)
{
	return id == 0 ? db_null() : db_int(id);
}

static int lock(struct db *db)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "reread_lock", &rows, NULL, 0);
	return outcome == 0 && !row_bool(rows, 0, "is_mine") ? REREAD_BUSY : outcome;
}

int reread_begin(struct db *db, struct reread *out)
{
	const struct reread_wish *wish = out->wish;
	int outcome = lock(db);
	if (outcome != 0) {
		return outcome;
	}
	_rows_ struct rows *rows = NULL;
	outcome = DB_QUERY(db, "reread_begin", &rows, db_bool(wish->is_applied),
		db_int(out->version), db_text(wish->actor), id_or_null(wish->attempt_id),
		db_text(wish->since), db_bool(wish->is_all), db_int(out->build_version));
	if (outcome == 0) {
		out->id = row_int(rows, 0, "id");
		out->last_attempt_id = row_int(rows, 0, "last_attempt_id");
	}
	return outcome;
}

int reread_next(struct db *db, const struct reread *pass, struct reread_item *items, size_t *n)
{
	const struct reread_wish *wish = pass->wish;
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "reread_next", &rows, db_int(pass->last_attempt_id),
		wish->is_all ? db_null() : db_int(pass->version),
		wish->is_all ? db_null() : db_int(pass->build_version),
		id_or_null(wish->attempt_id), db_text(wish->since));
	*n = outcome == 0 ? rows_count(rows) : 0;
	for (size_t i = 0; i < *n; i++) {
		items[i] = (struct reread_item){.attempt_id = row_int(rows, i, "attempt_id"),
			.has_console = row_bool(rows, i, "has_console"),
			.has_build = row_bool(rows, i, "has_build")};
	}
	return outcome;
}

int reread_bug_find(struct db *db, const struct reread *pass, int64_t attempt_id,
	const struct occurrence *o, int64_t *bug_id, char **new_bug, bool *is_own)
{
	_array_ struct array alts;
	array_init(&alts);
	occurrence_titles(o, false, &alts);
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "reread_bug_find", &rows, db_int(pass->id),
		db_text(o->title), array_value(&alts), db_int(attempt_id));
	const bool is_found = outcome == 0 && rows_count(rows) > 0;
	*bug_id = is_found ? row_int(rows, 0, "bug_id") : 0;
	*new_bug = is_found ? row_text_copy(rows, 0, "new_bug") : NULL;
	*is_own = is_found && row_bool(rows, 0, "is_own");
	return outcome;
}

int reread_title_add(struct db *db, const struct reread *pass, int64_t attempt_id,
	const struct occurrence *o, int64_t bug_id, const char *new_bug)
{
	_array_ struct array titles;
	array_init(&titles);
	occurrence_titles(o, true, &titles);
	return DB_QUERY(db, "reread_title_add", NULL, db_int(pass->id), array_value(&titles),
		id_or_null(bug_id), db_text(bug_id == 0 ? new_bug : NULL), db_int(attempt_id));
}

static void array_id(struct array *array, int64_t id)
{
	if (id == 0) {
		array_null(array);
	} else {
		array_int(array, id);
	}
}

/* The columns of reread_change, one array each. */
enum { START, KIND, OLD_TITLE, NEW_TITLE, OLD_BUG_ID, NEW_BUG_ID, NEW_BUG, COLUMNS };

static void columns_write(struct array columns[COLUMNS], const struct reread_change *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		array_int(&columns[START], list[i].start_byte);
		array_text(&columns[KIND], list[i].kind);
		array_text(&columns[OLD_TITLE], list[i].old_title);
		array_text(&columns[NEW_TITLE], list[i].new_title);
		array_id(&columns[OLD_BUG_ID], list[i].old_bug_id);
		array_id(&columns[NEW_BUG_ID], list[i].new_bug_id);
		array_text(&columns[NEW_BUG], list[i].new_bug);
	}
}

int reread_keep(struct db *db, const struct reread *pass, const struct reread_done *done)
{
	struct array columns[COLUMNS];
	struct db_value values[COLUMNS + 4] = {db_int(pass->id), db_int(done->attempt_id)};
	for (size_t i = 0; i < COLUMNS; i++) {
		array_init(&columns[i]);
	}
	columns_write(columns, done->list, done->n);
	for (size_t i = 0; i < COLUMNS; i++) {
		values[2 + i] = array_value(&columns[i]);
	}
	values[COLUMNS + 2] = db_int(done->rewritten);
	values[COLUMNS + 3] = db_bool(done->is_build);
	const int outcome = db_query(db, "reread_keep", NULL, values, COLUMNS + 4);
	for (size_t i = 0; i < COLUMNS; i++) {
		array_fini(&columns[i]);
	}
	return outcome;
}

int reread_end(struct db *db, const struct reread *pass)
{
	return DB_QUERY(db, "reread_end", NULL, db_int(pass->id));
}

static int json_take(int outcome, const struct rows *rows, const char *column, char **out)
{
	if (outcome == 0) {
		*out = row_text_copy(rows, 0, column);
	}
	return outcome;
}

int reread_show(struct db *db, const struct reread *pass, char **out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "reread_show", &rows, db_int(pass->id));
	return json_take(outcome, rows, "reread", out);
}

int reread_older(struct db *db, const struct reread *pass, char **out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(
		db, "reread_older", &rows, db_int(pass->version), db_int(pass->build_version));
	return json_take(outcome, rows, "older", out);
}
