/* How far the readers have read the streams of attempts. */
#include "store/reading.h"

#include <stdio.h>
#include <stdlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/row.h"
#include "store/stream.h"
#include "store/utf8.h"

void reading_fini(struct reading *reading)
{
	free(reading->state);
	reading->state = NULL;
}

int reading_list(struct db *db, struct reading_item **out, size_t *n)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "reading_list", &rows, NULL, 0);
	if (outcome != 0) {
		return outcome;
	}
	*n = rows_count(rows);
	*out = alloc_zero(*n + 1, sizeof(**out));
	for (size_t i = 0; i < *n; i++) {
		(*out)[i].attempt_id = row_int(rows, i, "attempt_id");
		snprintf((*out)[i].name, READING_NAME, "%s", row_text(rows, i, "name"));
	}
	return 0;
}

int reading_begin(struct db *db, int64_t attempt_id, const char *name, struct reading *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "reading_begin", &rows, db_int(attempt_id), db_text(name));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return READING_NONE;
	}
	*out = (struct reading){.attempt_id = attempt_id,
		.job_id = row_int(rows, 0, "job_id"),
		.size_bytes = row_int(rows, 0, "size_bytes"),
		.read_bytes = row_int(rows, 0, "read_bytes"),
		.is_complete = row_bool(rows, 0, "is_complete"),
		.is_read = row_bool(rows, 0, "is_read"),
		.state = row_text_copy(rows, 0, "reader_state")};
	snprintf(out->name, sizeof(out->name), "%s", name);
	snprintf(out->claimed_at, sizeof(out->claimed_at), "%s", row_text(rows, 0, "claimed_at"));
	return 0;
}

int reading_keep(struct db *db, const struct reading *reading, int64_t read_bytes, bool is_read,
	int version, const char *state)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "reading_keep", &rows, db_int(reading->attempt_id),
		db_text(reading->name), db_int(reading->read_bytes), db_int(read_bytes),
		db_bool(is_read), db_int(version), db_text(state));
	if (outcome != 0) {
		return outcome;
	}
	return rows_count(rows) == 0 ? READING_NONE : 0;
}

int reading_renew(
	struct db *db, const struct reading *reading, bool is_read, int version, const char *state)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "reading_renew", &rows, db_int(reading->attempt_id),
		db_text(reading->name), db_int(reading->size_bytes), db_bool(is_read),
		db_int(version), db_text(state));
	if (outcome != 0) {
		return outcome;
	}
	return rows_count(rows) == 0 ? READING_NONE : 0;
}

int reading_text(struct db *db, const struct reading *reading, int64_t start_byte, int64_t end_byte,
	size_t limit_bytes, char **out)
{
	const size_t wanted = (size_t)(end_byte - start_byte);
	_free_ char *bytes = NULL;
	size_t size = 0;
	const int outcome = stream_read(db, reading->attempt_id, reading->name, start_byte,
		wanted < limit_bytes ? wanted : limit_bytes, &bytes, &size);
	if (outcome == 0) {
		*out = utf8_plain(bytes, size, limit_bytes);
	}
	return outcome;
}

int reading_fail(struct db *db, int64_t attempt_id, const char *name, const char *why)
{
	return DB_QUERY(db, "reading_fail", NULL, db_int(attempt_id), db_text(name), db_text(why));
}
