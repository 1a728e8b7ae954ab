/* What an attempt's numbers become. */
#include "store/series.h"

#include <stdio.h>

#include "store/array.h"
#include "store/db.h"
#include "store/row.h"

int series_attempt(struct db *db, int64_t attempt_id, struct series_attempt *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "series_attempt", &rows, db_int(attempt_id));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return SERIES_NONE;
	}
	const char *result = row_text(rows, 0, "result");
	snprintf(out->result, sizeof(out->result), "%s", result == NULL ? "" : result);
	out->is_plain = row_bool(rows, 0, "is_plain");
	out->is_golden = row_bool(rows, 0, "is_golden");
	out->is_emulated = row_bool(rows, 0, "is_emulated");
	out->is_until = row_bool(rows, 0, "is_until");
	out->is_removed = row_bool(rows, 0, "is_removed");
	return 0;
}

static struct db_value known(int64_t value)
{
	return value < 0 ? db_null() : db_int(value);
}

int series_exposure_put(struct db *db, int64_t attempt_id, const struct series_exposure *e)
{
	return DB_QUERY(db, "series_exposure_put", NULL, db_int(attempt_id),
		db_real(e->workload_seconds), known(e->exposure), known(e->low), known(e->high),
		e->exposure < 0 ? db_null() : db_bool(e->is_estimated));
}

/* Names and values as two columns. */
static void points_split(
	const struct series_point *points, size_t n, struct array *metrics, struct array *values)
{
	array_init(metrics);
	array_init(values);
	for (size_t i = 0; i < n; i++) {
		array_text(metrics, points[i].metric);
		array_real(values, points[i].value);
	}
}

int series_points_put(struct db *db, int64_t attempt_id, const char *claimed_at,
	const struct series_point *points, size_t n)
{
	_array_ struct array metrics, values;
	points_split(points, n, &metrics, &values);
	const struct db_value names = array_value(&metrics);
	int outcome = DB_QUERY(
		db, "series_point_drop", NULL, db_int(attempt_id), db_text(claimed_at), names);
	if (outcome == 0 && n > 0) {
		outcome = DB_QUERY(db, "series_add", NULL, db_int(attempt_id), names);
	}
	if (outcome == 0 && n > 0) {
		outcome = DB_QUERY(db, "series_point_put", NULL, db_int(attempt_id),
			db_text(claimed_at), names, array_value(&values));
	}
	return outcome != 0 ? outcome
			    : DB_QUERY(db, "series_median_keep", NULL, db_int(attempt_id));
}

int series_beside_put(struct db *db, int64_t attempt_id, const char *claimed_at,
	const struct series_point *points, size_t n)
{
	_array_ struct array metrics, values;
	points_split(points, n, &metrics, &values);
	return DB_QUERY(db, "series_beside_put", NULL, db_int(attempt_id), db_text(claimed_at),
		array_value(&metrics), array_value(&values));
}
