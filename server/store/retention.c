/* What is removed when it is old or there is no room. */
#include "store/retention.h"

#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/log.h"
#include "store/db.h"
#include "store/row.h"

/* A statement has 15 s (db.c), beside other work on a slow disk: so much at once. Samples lie in
 * about as many bytes as they came in. */
#define STEP_BYTES ((int64_t)64 << 20)
/* For want of room nothing goes that people may be looking at. */
enum { ROOM_DAYS = 1 };

/* By kind, as in the table retention. */
static const char *const names[] = {
	[RETENTION_CONSOLES] = "consoles",
	[RETENTION_FILES] = "files",
	[RETENTION_SAMPLES] = "samples",
};

const char *retention_name(enum retention_kind kind)
{
	return names[kind];
}

void retention_fini(struct retention_pass *pass)
{
	free(pass->file_used_at);
	free(pass->file_sha256);
	*pass = (struct retention_pass){0};
}

/* Removes what is older of one kind of streams. 0, RETENTION_NONE or a fault. */
static int streams_step(struct db *db, struct retention_pass *pass, enum retention_kind kind,
	int64_t days, int64_t bytes)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "retention_streams", &rows, db_text(names[kind]),
		db_int(days), db_int(bytes < STEP_BYTES ? bytes : STEP_BYTES));
	if (outcome != 0) {
		return outcome;
	}
	pass->done[kind].removed += row_int(rows, 0, "removed");
	pass->done[kind].bytes += row_int(rows, 0, "bytes");
	return row_int(rows, 0, "looked") > 0 ? 0 : RETENTION_NONE;
}

/* 0, RETENTION_NONE or a fault. */
static int files_step(struct db *db, struct retention_pass *pass, int64_t excess)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "retention_files", &rows, db_int(excess),
		db_text(pass->file_used_at), db_text(pass->file_sha256));
	if (outcome != 0) {
		return outcome;
	}
	if (row_int(rows, 0, "looked") == 0) {
		return RETENTION_NONE;
	}
	free(pass->file_used_at);
	free(pass->file_sha256);
	pass->file_used_at = row_text_copy(rows, 0, "last_used_at");
	pass->file_sha256 = row_text_copy(rows, 0, "last_sha256");
	pass->done[RETENTION_FILES].removed += row_int(rows, 0, "removed");
	pass->done[RETENTION_FILES].bytes += row_int(rows, 0, "bytes");
	return 0;
}

static int age_step(struct db *db, struct retention_pass *pass)
{
	const struct {
		enum retention_kind kind;
		int64_t days;
	} kinds[] = {{RETENTION_SAMPLES, pass->limits.samples_days},
		{RETENTION_CONSOLES, pass->limits.consoles_days}};
	int outcome = RETENTION_NONE;
	for (size_t i = 0; i < 2 && outcome == RETENTION_NONE; i++) {
		if (kinds[i].days > 0) {
			outcome = streams_step(db, pass, kinds[i].kind, kinds[i].days, STEP_BYTES);
		}
	}
	return outcome;
}

static int64_t excess(int64_t is, int64_t limit)
{
	return limit > 0 && is > limit ? is - limit : 0;
}

/* The kind whose mark is further back goes first, so that both are as old. */
static int room_step(struct db *db, struct retention_pass *pass)
{
	if (pass->limits.streams_bytes == 0 && pass->limits.files_bytes == 0) {
		return RETENTION_NONE;
	}
	_rows_ struct rows *rows = NULL;
	int outcome = db_query(db, "retention_size", &rows, NULL, 0);
	if (outcome != 0) {
		return outcome;
	}
	const int64_t streams = excess(row_int(rows, 0, "streams"), pass->limits.streams_bytes);
	const int64_t files = excess(row_int(rows, 0, "files"), pass->limits.files_bytes);
	const bool is_samples = strcmp(row_text(rows, 0, "oldest"), names[RETENTION_SAMPLES]) == 0;
	const enum retention_kind order[] = {is_samples ? RETENTION_SAMPLES : RETENTION_CONSOLES,
		is_samples ? RETENTION_CONSOLES : RETENTION_SAMPLES};
	outcome = RETENTION_NONE;
	for (size_t i = 0; i < 2 && outcome == RETENTION_NONE && streams > 0; i++) {
		outcome = streams_step(db, pass, order[i], ROOM_DAYS, streams);
	}
	return outcome == RETENTION_NONE && files > 0 ? files_step(db, pass, files) : outcome;
}

int retention_step(struct db *db, struct retention_pass *pass)
{
	int outcome = age_step(db, pass);
	outcome = outcome == RETENTION_NONE ? room_step(db, pass) : outcome;
	return outcome == DB_REFUSED ? log_fault("cannot remove what is old: %s", db_refusal(db))
				     : outcome;
}

/* What of one kind is too old. */
static int streams_preview(
	struct db *db, enum retention_kind kind, int64_t days, struct retention_count *out)
{
	int64_t last = -1;
	int64_t looked = days > 0 ? 1 : 0;
	while (looked > 0) {
		_rows_ struct rows *rows = NULL;
		const int outcome = DB_QUERY(db, "retention_due", &rows, db_text(names[kind]),
			db_int(days), last < 0 ? db_null() : db_int(last));
		if (outcome != 0) {
			return outcome;
		}
		looked = row_int(rows, 0, "looked");
		last = looked > 0 ? row_int(rows, 0, "last_id") : last;
		out->removed += row_int(rows, 0, "removed");
		out->bytes += row_int(rows, 0, "bytes");
		out->evidence += row_int(rows, 0, "evidence");
	}
	return 0;
}

static int room_preview(
	struct db *db, const struct retention_limits *limits, struct retention_preview *out)
{
	_rows_ struct rows *size = NULL, *files = NULL;
	int outcome = db_query(db, "retention_size", &size, NULL, 0);
	if (outcome != 0) {
		return outcome;
	}
	const int64_t left = row_int(size, 0, "streams") - out->old[RETENTION_SAMPLES].bytes -
			     out->old[RETENTION_CONSOLES].bytes;
	out->streams_excess_bytes = excess(left, limits->streams_bytes);
	out->files_excess_bytes = excess(row_int(size, 0, "files"), limits->files_bytes);
	outcome = DB_QUERY(db, "retention_files_due", &files, db_int(out->files_excess_bytes));
	if (outcome == 0) {
		out->old[RETENTION_FILES].removed = row_int(files, 0, "removed");
		out->old[RETENTION_FILES].bytes = row_int(files, 0, "bytes");
	}
	return outcome;
}

int retention_preview(
	struct db *db, const struct retention_limits *limits, struct retention_preview *out)
{
	*out = (struct retention_preview){0};
	int outcome = streams_preview(
		db, RETENTION_SAMPLES, limits->samples_days, &out->old[RETENTION_SAMPLES]);
	if (outcome == 0) {
		outcome = streams_preview(db, RETENTION_CONSOLES, limits->consoles_days,
			&out->old[RETENTION_CONSOLES]);
	}
	outcome = outcome == 0 ? room_preview(db, limits, out) : outcome;
	return outcome == DB_REFUSED
		       ? log_fault("cannot say what would be removed: %s", db_refusal(db))
		       : outcome;
}

int retention_list(struct db *db, struct retention_count out[RETENTION_KINDS])
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "retention_list", &rows, NULL, 0);
	for (size_t i = 0; outcome == 0 && i < rows_count(rows) && i < RETENTION_KINDS; i++) {
		out[i].removed = row_int(rows, i, "removed");
		out[i].bytes = row_int(rows, i, "freed_bytes");
	}
	return outcome;
}
