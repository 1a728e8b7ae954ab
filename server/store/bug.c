/* Reports found in consoles and build logs, and the bugs they belong to. */
#include "store/bug.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "store/array.h"
#include "store/bug_life.h"
#include "store/db.h"
#include "store/row.h"

/* Where a report's titles lead. */
struct found {
	char *family;
	int64_t bug_id;  /* 0: a bug not seen before */
	int64_t kept_id; /* the bug that it is kept for; 0: a new report */
	bool is_pinned;  /* a person has said so */
	bool is_led_on;  /* a duplicate, or its fix is named */
};

static void found_fini(struct found *found)
{
	free(found->family);
}
#define _found_ __attribute__((cleanup(found_fini)))

void occurrence_titles(const struct occurrence *o, bool is_own_in, struct array *out)
{
	if (is_own_in) {
		array_text(out, o->title);
	}
	for (size_t i = 0; i < o->n_alts && !o->is_corrupted; i++) {
		array_text(out, o->alts[i]);
	}
}

static int titles_lead(
	struct db *db, int64_t attempt_id, const struct occurrence *o, struct found *out)
{
	_array_ struct array alts;
	array_init(&alts);
	occurrence_titles(o, false, &alts);
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "bug_find", &rows, db_text(o->title), array_value(&alts),
		db_int(attempt_id), db_int(o->start_byte), db_int(o->end_byte));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return log_fault("attempt %" PRId64 " is not there", attempt_id);
	}
	found_fini(out);
	*out = (struct found){.family = row_text_copy(rows, 0, "family"),
		.bug_id = row_int(rows, 0, "bug_id"),
		.kept_id = row_int(rows, 0, "kept_id"),
		.is_pinned = row_bool(rows, 0, "is_pinned"),
		.is_led_on = row_bool(rows, 0, "is_led_on")};
	return 0;
}

/* The same with the family's bugs locked. The tree may get another family while that is waited
 * for. */
static int titles_lead_locked(
	struct db *db, int64_t attempt_id, const struct occurrence *o, struct found *out)
{
	_free_ char *family = NULL;
	_rows_ struct rows *rows = NULL;
	int outcome = DB_QUERY(db, "bug_family", &rows, db_int(attempt_id));
	if (outcome == 0 && rows_count(rows) > 0) {
		family = row_text_copy(rows, 0, "family");
	}
	while (outcome == 0) {
		outcome = bug_lock(db, family);
		if (outcome == 0) {
			outcome = titles_lead(db, attempt_id, o, out);
		}
		if (outcome == 0 && strcmp(family, out->family) == 0) {
			return 0;
		}
		free(family);
		family = outcome == 0 ? alloc_copy(out->family) : NULL;
	}
	return outcome;
}

static int bug_make(struct db *db, const struct occurrence *o, const char *family, int64_t *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "bug_add", &rows, db_text(o->title), db_text(o->type),
		db_text(family), db_text("new"));
	if (outcome == 0) {
		*out = row_int(rows, 0, "id");
	}
	return outcome;
}

/* What has become of the bug; *last is where a bug is to be made behind when *bug_id is 0. */
static int bug_follow(
	struct db *db, int64_t attempt_id, int64_t kept_id, int64_t *bug_id, int64_t *last)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "bug_follow", &rows, db_int(*bug_id), db_int(attempt_id),
		kept_id == 0 ? db_null() : db_int(kept_id));
	if (outcome == 0) {
		*bug_id = row_int(rows, 0, "bug_id");
		*last = row_int(rows, 0, "last_id");
	}
	return outcome;
}

static int bug_make_next(struct db *db, int64_t attempt_id, int64_t last, int64_t *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "bug_add_next", &rows, db_int(last), db_int(attempt_id));
	if (outcome == 0) {
		*out = row_int(rows, 0, "id");
	}
	return outcome;
}

static int titles_add(struct db *db, int64_t bug_id, const struct occurrence *o)
{
	_array_ struct array titles;
	array_init(&titles);
	occurrence_titles(o, true, &titles);
	return DB_QUERY(db, "bug_title_add", NULL, db_int(bug_id), array_value(&titles));
}

/* The bug of a report; its new titles become titles of the bug that its titles lead to, unless a
 * person has put it elsewhere. */
static int bug_find(struct db *db, int64_t attempt_id, const struct occurrence *o, int64_t *bug_id)
{
	_found_ struct found found = {0};
	int64_t last = 0;
	int outcome = titles_lead_locked(db, attempt_id, o, &found);
	if (outcome == 0 && found.bug_id == 0) {
		outcome = bug_make(db, o, found.family, &found.bug_id);
	}
	*bug_id = found.bug_id;
	if (outcome != 0 || found.is_pinned) {
		return outcome;
	}
	outcome = titles_add(db, found.bug_id, o);
	if (outcome == 0 && found.is_led_on) {
		outcome = bug_follow(db, attempt_id, found.kept_id, bug_id, &last);
	}
	return outcome == 0 && *bug_id == 0 ? bug_make_next(db, attempt_id, last, bug_id) : outcome;
}

int bug_lookup(struct db *db, int64_t attempt_id, const struct occurrence *o, int64_t *bug_id,
	bool *is_pinned)
{
	_found_ struct found found = {0};
	int64_t last = 0;
	const int outcome = titles_lead(db, attempt_id, o, &found);
	*bug_id = found.bug_id;
	*is_pinned = found.is_pinned;
	return outcome == 0 && !found.is_pinned && found.is_led_on
		       ? bug_follow(db, attempt_id, found.kept_id, bug_id, &last)
		       : outcome;
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

int occurrence_list(struct db *db, int64_t attempt_id, const char *claimed_at, const char *stream,
	struct occurrence_kept **out, size_t *n)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "occurrence_list", &rows, db_int(attempt_id),
		db_text(claimed_at), db_text(stream));
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

int occurrence_drop(struct db *db, int64_t attempt_id, const char *claimed_at, const char *stream,
	const int64_t *starts, size_t n)
{
	_array_ struct array kept;
	array_init(&kept);
	for (size_t i = 0; i < n; i++) {
		array_int(&kept, starts[i]);
	}
	return DB_QUERY(db, "occurrence_drop", NULL, db_int(attempt_id), db_text(claimed_at),
		db_text(stream), array_value(&kept));
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

/* Locks the family of a bug; a bug that is gone has none. */
static int lock_of(struct db *db, int64_t bug_id)
{
	struct bug bug = {0};
	int outcome = bug_get(db, bug_id, &bug);
	if (outcome == 0) {
		outcome = bug_lock(db, bug.family);
	}
	bug_fini(&bug);
	return outcome == BUG_NONE ? 0 : outcome;
}

int bug_titles_add(struct db *db, int64_t bug_id, const struct occurrence *o)
{
	const int outcome = lock_of(db, bug_id);
	return outcome != 0 ? outcome : titles_add(db, bug_id, o);
}

int bug_touched(struct db *db, int64_t bug_id, bool *is_touched)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "bug_is_touched", &rows, db_int(bug_id));
	*is_touched = outcome == 0 && rows_count(rows) > 0 && row_bool(rows, 0, "is_touched");
	return outcome;
}

int bug_lock(struct db *db, const char *family)
{
	_rows_ struct rows *locked = NULL;
	return DB_QUERY(db, "bug_lock", &locked, db_text(family));
}

int bug_forget(struct db *db, int64_t bug_id)
{
	/* In this order: each finds that the one before has left nothing. */
	static const char *const steps[] = {"bug_forget", "bug_unsay", "bug_drop"};
	int outcome = lock_of(db, bug_id);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && outcome == 0; i++) {
		outcome = DB_QUERY(db, steps[i], NULL, db_int(bug_id));
	}
	return outcome;
}
