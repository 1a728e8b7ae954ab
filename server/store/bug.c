/* Reports found in consoles, and the bugs they belong to. */
#include "store/bug.h"

#include <stdlib.h>

#include "shared/alloc.h"
#include "store/array.h"
#include "store/db.h"
#include "store/row.h"

void occurrence_titles(const struct occurrence *o, bool is_own_in, struct array *out)
{
	if (is_own_in) {
		array_text(out, o->title);
	}
	for (size_t i = 0; i < o->n_alts && !o->is_corrupted; i++) {
		array_text(out, o->alts[i]);
	}
}

static int bug_make(struct db *db, const struct occurrence *o, int64_t *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "bug_add", &rows, db_text(o->title), db_text(o->type));
	if (outcome == 0) {
		*out = row_int(rows, 0, "id");
	}
	return outcome;
}

int bug_lookup(struct db *db, int64_t attempt_id, const struct occurrence *o, int64_t *bug_id)
{
	(void)attempt_id;
	_array_ struct array alts;
	array_init(&alts);
	occurrence_titles(o, false, &alts);
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "bug_find", &rows, db_text(o->title), array_value(&alts));
	*bug_id = outcome == 0 && rows_count(rows) > 0 ? row_int(rows, 0, "bug_id") : 0;
	return outcome;
}

static int bug_lock(struct db *db)
{
	_rows_ struct rows *rows = NULL;
	return db_query(db, "bug_lock", &rows, NULL, 0);
}

int bug_titles_add(struct db *db, int64_t bug_id, const struct occurrence *o)
{
	_array_ struct array titles;
	array_init(&titles);
	occurrence_titles(o, true, &titles);
	const int outcome = bug_lock(db);
	return outcome != 0
		       ? outcome
		       : DB_QUERY(db, "bug_title_add", NULL, db_int(bug_id), array_value(&titles));
}

int bug_touched(struct db *db, int64_t bug_id, bool *is_touched)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "bug_is_touched", &rows, db_int(bug_id));
	*is_touched = outcome == 0 && rows_count(rows) > 0 && row_bool(rows, 0, "is_touched");
	return outcome;
}

/* The bug of a report; its new titles become titles of that bug. */
static int bug_find(struct db *db, int64_t attempt_id, const struct occurrence *o, int64_t *out)
{
	int outcome = bug_lock(db);
	if (outcome == 0) {
		outcome = bug_lookup(db, attempt_id, o, out);
	}
	if (outcome == 0 && *out == 0) {
		outcome = bug_make(db, o, out);
	}
	return outcome != 0 ? outcome : bug_titles_add(db, *out, o);
}

int occurrence_put(struct db *db, int64_t attempt_id, const char *claimed_at,
	const struct occurrence *o, int64_t *bug_id)
{
	const int outcome = bug_find(db, attempt_id, o, bug_id);
	if (outcome != 0) {
		return outcome;
	}
	return DB_QUERY(db, "occurrence_put", NULL, db_int(attempt_id), db_text(claimed_at),
		db_int(o->start_byte), db_int(o->end_byte), db_int(*bug_id), db_text(o->title),
		db_int(o->reader_version), db_bool(o->is_corrupted), db_real(o->uptime_s),
		db_text(o->report));
}

int occurrence_list(struct db *db, int64_t attempt_id, const char *claimed_at,
	struct occurrence_kept **out, size_t *n)
{
	_rows_ struct rows *rows = NULL;
	const int outcome =
		DB_QUERY(db, "occurrence_list", &rows, db_int(attempt_id), db_text(claimed_at));
	if (outcome != 0) {
		return outcome;
	}
	*n = rows_count(rows);
	*out = alloc_zero(*n + 1, sizeof(**out));
	for (size_t i = 0; i < *n; i++) {
		(*out)[i] = (struct occurrence_kept){.start_byte = row_int(rows, i, "start_byte"),
			.end_byte = row_int(rows, i, "end_byte"),
			.bug_id = row_int(rows, i, "bug_id"),
			.title = row_text_copy(rows, i, "title"),
			.uptime_s = row_real(rows, i, "uptime_s"),
			.reader_version = (int)row_int(rows, i, "reader_version"),
			.is_panicked = row_bool(rows, i, "is_panicked")};
	}
	return 0;
}

void occurrences_free(struct occurrence_kept *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].title);
	}
	free(list);
}

int occurrence_drop(
	struct db *db, int64_t attempt_id, const char *claimed_at, const int64_t *starts, size_t n)
{
	_array_ struct array kept;
	array_init(&kept);
	for (size_t i = 0; i < n; i++) {
		array_int(&kept, starts[i]);
	}
	return DB_QUERY(db, "occurrence_drop", NULL, db_int(attempt_id), db_text(claimed_at),
		array_value(&kept));
}

int occurrence_exposure_put(struct db *db, int64_t attempt_id, const char *claimed_at,
	const int64_t *starts, const int64_t *exposures, size_t n)
{
	_array_ struct array at, tried;
	array_init(&at);
	array_init(&tried);
	for (size_t i = 0; i < n; i++) {
		array_int(&at, starts[i]);
		if (exposures[i] < 0) {
			array_null(&tried);
		} else {
			array_int(&tried, exposures[i]);
		}
	}
	return DB_QUERY(db, "occurrence_exposure_put", NULL, db_int(attempt_id),
		db_text(claimed_at), array_value(&at), array_value(&tried));
}

int bug_forget(struct db *db, int64_t bug_id)
{
	int outcome = bug_lock(db);
	if (outcome == 0) {
		outcome = DB_QUERY(db, "bug_forget", NULL, db_int(bug_id));
	}
	return outcome != 0 ? outcome : DB_QUERY(db, "bug_drop", NULL, db_int(bug_id));
}
