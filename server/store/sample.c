/* Counters of an attempt, by boot and instant. */
#include "store/sample.h"

#include <stdio.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "store/array.h"
#include "store/db.h"
#include "store/row.h"

int sample_keys_find(struct db *db, char *const *names, size_t n, int64_t *out)
{
	_array_ struct array keys;
	array_init(&keys);
	for (size_t i = 0; i < n; i++) {
		array_text(&keys, names[i]);
	}
	const struct db_value list = array_value(&keys);
	char hash[FILE_SHA256_HEX];
	file_sha256_bytes(list.bytes, strlen(list.bytes), hash);
	_rows_ struct rows *found = NULL;
	int outcome = DB_QUERY(db, "sample_keys_find", &found, db_text(hash));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(found) > 0) {
		*out = row_int(found, 0, "id");
		return 0;
	}
	_rows_ struct rows *added = NULL;
	outcome = DB_QUERY(db, "sample_keys_add", &added, db_text(hash), list);
	if (outcome == 0) {
		*out = row_int(added, 0, "id");
	}
	return outcome;
}

int sample_put(struct db *db, const struct sample_place *place, int64_t keys_id, size_t n_keys,
	const int64_t *t_ns, const int64_t *values, size_t n)
{
	_array_ struct array instants, rows;
	array_init(&instants);
	array_init(&rows);
	for (size_t i = 0; i < n; i++) {
		array_int(&instants, t_ns[i]);
		array_ints(&rows, values + i * n_keys, n_keys, SAMPLE_NULL);
	}
	return DB_QUERY(db, "sample_put", NULL, db_int(place->attempt_id),
		db_text(place->claimed_at), db_text(place->boot_id), db_int(keys_id),
		array_value(&instants), array_value(&rows));
}

int sample_phase_put(struct db *db, int64_t attempt_id, const struct sample_phase *phases, size_t n)
{
	_array_ struct array boots, instants, names;
	array_init(&boots);
	array_init(&instants);
	array_init(&names);
	for (size_t i = 0; i < n; i++) {
		array_text(&boots, phases[i].boot_id);
		array_int(&instants, phases[i].t_ns);
		array_text(&names, phases[i].name);
	}
	return DB_QUERY(db, "sample_phase_put", NULL, db_int(attempt_id), array_value(&boots),
		array_value(&instants), array_value(&names));
}

int sample_guest_put(struct db *db, int64_t attempt_id, const char *release, int64_t page_size)
{
	return DB_QUERY(db, "sample_guest_put", NULL, db_int(attempt_id), db_text(release),
		page_size > 0 ? db_int(page_size) : db_null());
}

static int64_t instant(const struct rows *rows, const char *column)
{
	return row_is_null(rows, 0, column) ? -1 : row_int(rows, 0, column);
}

int sample_span(struct db *db, int64_t attempt_id, const char *claimed_at, struct sample_span *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome =
		DB_QUERY(db, "sample_span", &rows, db_int(attempt_id), db_text(claimed_at));
	if (outcome != 0) {
		return outcome;
	}
	const char *boot_id = row_text(rows, 0, "boot_id");
	snprintf(out->boot_id, sizeof(out->boot_id), "%s", boot_id == NULL ? "" : boot_id);
	out->boots = row_int(rows, 0, "boots");
	out->start_ns = instant(rows, "start_ns");
	out->finish_ns = instant(rows, "finish_ns");
	out->last_ns = instant(rows, "last_ns");
	return 0;
}

static int64_t count_read(const struct rows *rows, size_t row, const char *column)
{
	return row_is_null(rows, row, column) ? SAMPLE_NULL : row_int(rows, row, column);
}

int sample_near(struct db *db, const struct sample_place *place, int64_t start_ns, int64_t end_ns,
	const int64_t *instants, size_t n, struct sample_counts **out, size_t *n_out)
{
	_array_ struct array near;
	array_init(&near);
	for (size_t i = 0; i < n; i++) {
		array_int(&near, instants[i]);
	}
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "sample_near", &rows, db_int(place->attempt_id),
		db_text(place->claimed_at), db_text(place->boot_id), db_int(start_ns),
		db_int(end_ns), array_value(&near));
	if (outcome != 0) {
		return outcome;
	}
	*n_out = rows_count(rows);
	*out = alloc_zero(*n_out + 1, sizeof(**out));
	for (size_t i = 0; i < *n_out; i++) {
		(*out)[i] = (struct sample_counts){.t_ns = row_int(rows, i, "t_ns"),
			.success = count_read(rows, i, "success"),
			.fail = count_read(rows, i, "fail")};
	}
	return 0;
}
