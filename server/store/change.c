/* Changes: places where a series moved. */
#include "store/change.h"

#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/array.h"
#include "store/db.h"
#include "store/row.h"

int change_next(struct db *db, struct change_series *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "change_next", &rows, NULL, 0);
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : CHANGE_NONE;
	}
	const bool is_whole = row_is_null(rows, 0, "low");
	*out = (struct change_series){.series_id = row_int(rows, 0, "series_id"),
		.tree_id = row_int(rows, 0, "tree_id"),
		.profile_id = row_int(rows, 0, "profile_id"),
		.low = is_whole ? -1 : row_int(rows, 0, "low"),
		.high = is_whole ? -1 : row_int(rows, 0, "high")};
	return 0;
}

void change_points_fini(struct change_points *points)
{
	free(points->ordinals);
	free(points->commits);
	free(points->values);
	*points = (struct change_points){0};
}

void change_points_cut(struct change_points *points, size_t from, size_t to)
{
	points->n = to - from;
	memmove(points->ordinals, points->ordinals + from, points->n * sizeof(*points->ordinals));
	memmove(points->commits, points->commits + from, points->n * sizeof(*points->commits));
	memmove(points->values, points->values + from, points->n * sizeof(*points->values));
}

int change_points_read(
	struct db *db, const struct change_series *series, int beside, struct change_points *out)
{
	_rows_ struct rows *rows = NULL;
	const bool is_whole = series->low < 0;
	const int outcome = DB_QUERY(db, "change_points", &rows, db_int(series->series_id),
		is_whole ? db_null() : db_int(series->low),
		is_whole ? db_null() : db_int(series->high), db_int(beside));
	if (outcome != 0) {
		return outcome;
	}
	out->n = rows_count(rows);
	out->ordinals = alloc_zero(out->n + 1, sizeof(*out->ordinals));
	out->commits = alloc_zero(out->n + 1, sizeof(*out->commits));
	out->values = alloc_zero(out->n + 1, sizeof(*out->values));
	for (size_t i = 0; i < out->n; i++) {
		out->ordinals[i] = row_int(rows, i, "ordinal");
		out->commits[i] = row_int(rows, i, "commit_id");
		out->values[i] = row_real(rows, i, "value");
	}
	return 0;
}

int change_list(struct db *db, int64_t series_id, struct change_known **out, size_t *n)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "change_list", &rows, db_int(series_id));
	if (outcome != 0) {
		return outcome;
	}
	*n = rows_count(rows);
	*out = alloc_zero(*n + 1, sizeof(**out));
	for (size_t i = 0; i < *n; i++) {
		const char *state = row_text(rows, i, "state");
		(*out)[i] = (struct change_known){.id = row_int(rows, i, "id"),
			.low = row_int(rows, i, "low"),
			.at = row_int(rows, i, "at"),
			.high = row_int(rows, i, "high"),
			.good_id = row_int(rows, i, "good_id"),
			.bad_id = row_int(rows, i, "bad_id"),
			.trial_id = row_int(rows, i, "trial_id"),
			.alert_id = row_int(rows, i, "alert_id"),
			.fixed_by = row_int(rows, i, "fixed_by"),
			.before = row_real(rows, i, "before"),
			.after = row_real(rows, i, "after"),
			.noise = row_real(rows, i, "noise"),
			.is_new = strcmp(state, "new") == 0,
			.is_standing = strcmp(state, "confirmed") == 0 ||
				       strcmp(state, "acknowledged") == 0,
			.is_slope = strcmp(row_text(rows, i, "kind"), "slope") == 0,
			.is_wide = row_bool(rows, i, "is_wide"),
			.is_gone = row_bool(rows, i, "is_gone")};
	}
	return 0;
}

int change_put(struct db *db, const struct change_found *f)
{
	_rows_ struct rows *rows = NULL;
	return DB_QUERY(db, "change_put", &rows, f->id == 0 ? db_null() : db_int(f->id),
		db_int(f->series_id), db_text(f->is_slope ? "slope" : "level"), db_int(f->good_id),
		db_int(f->bad_id), db_int(f->low_id), db_int(f->high_id), db_real(f->before),
		db_real(f->before_low), db_real(f->before_high), db_real(f->after),
		db_real(f->after_low), db_real(f->after_high), db_real(f->noise),
		db_real(f->chance));
}

int change_widen(struct db *db, int64_t id, int64_t good_id, int64_t bad_id)
{
	return DB_QUERY(db, "change_widen", NULL, db_int(id), db_int(good_id), db_int(bad_id));
}

int change_gone(struct db *db, const int64_t *ids, size_t n)
{
	_array_ struct array list;
	array_init(&list);
	for (size_t i = 0; i < n; i++) {
		array_int(&list, ids[i]);
	}
	return n == 0 ? 0 : DB_QUERY(db, "change_gone", NULL, array_value(&list));
}

int change_judged(struct db *db, int64_t id, const char *state, int64_t pairs, double chance,
	int64_t fixed_by, const char *why)
{
	return DB_QUERY(db, "change_judge", NULL, db_int(id), db_text(state),
		pairs < 0 ? db_null() : db_int(pairs), db_real(chance),
		fixed_by == 0 ? db_null() : db_int(fixed_by), db_text(why));
}

int change_mark(struct db *db, const char *id, const char *state, int64_t token_id,
	const char *note, int64_t version)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "change_mark", &rows, db_text(id), db_text(state),
		db_int(token_id), db_text(note), version == 0 ? db_null() : db_int(version));
	if (outcome != 0) {
		return outcome;
	}
	return rows_count(rows) == 0          ? CHANGE_NONE
	       : row_bool(rows, 0, "is_done") ? 0
					      : CHANGE_STALE;
}
