/* Streams: what an attempt says while it runs, by offset. */
#include "store/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "store/db.h"
#include "store/row.h"

enum { STREAM_LEVEL = 3 }; /* of zlib: consoles shrink to a fifth; more costs time for little */

bool stream_name_is(const char *name)
{
	return strcmp(name, "console") == 0 || strcmp(name, "samples") == 0 ||
	       strcmp(name, "build") == 0;
}

static int chunk_put(struct db *db, const struct stream_piece *piece, const char *bytes,
	size_t size, int64_t offset)
{
	uLongf packed_size = compressBound(size);
	_free_ unsigned char *packed = alloc_zero(1, packed_size);
	if (compress2(packed, &packed_size, (const Bytef *)bytes, size, STREAM_LEVEL) != Z_OK) {
		return log_fault("cannot deflate %zu bytes", size);
	}
	return DB_QUERY(db, "stream_append", NULL, db_int(piece->attempt_id), db_text(piece->name),
		db_int(offset), db_int((int64_t)size), db_bytes(packed, packed_size),
		piece->gap_end < 0 ? db_null() : db_int(piece->gap_end));
}

/* What of the piece is new, judged while the stream is locked. */
static int piece_judge(const struct rows *rows, const struct stream_piece *piece, int64_t have)
{
	if (piece->offset > have) {
		return STREAM_HOLE;
	}
	const int64_t end = piece->offset + (int64_t)piece->size;
	if (end <= have) {
		return 0;
	}
	if (row_bool(rows, 0, "is_complete")) {
		return STREAM_CLOSED;
	}
	return end > STREAM_BYTES_MAX ? STREAM_FULL : 0;
}

int stream_append(struct db *db, const struct stream_piece *piece, int64_t *have)
{
	_tx_ struct db *tx = NULL;
	int outcome = db_begin(db, &tx);
	if (outcome != 0) {
		return outcome;
	}
	_rows_ struct rows *rows = NULL;
	outcome =
		DB_QUERY(tx, "stream_lock", &rows, db_int(piece->attempt_id), db_text(piece->name));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return STREAM_NONE;
	}
	*have = row_int(rows, 0, "size_bytes");
	outcome = piece_judge(rows, piece, *have);
	const int64_t known = *have - piece->offset;
	if (outcome == 0 && known < (int64_t)piece->size) {
		outcome = chunk_put(tx, piece, (const char *)piece->bytes + known,
			piece->size - (size_t)known, *have);
		*have = piece->offset + (int64_t)piece->size;
	}
	return outcome != 0 ? outcome : db_commit(&tx);
}

int stream_complete(struct db *db, int64_t attempt_id, struct array *names, struct array *sizes,
	char **name, int64_t *have)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "stream_complete", &rows, db_int(attempt_id),
		array_value(names), array_value(sizes));
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome;
	}
	*name = row_text_copy(rows, 0, "name");
	*have = row_int(rows, 0, "have");
	return STREAM_HOLE;
}

int stream_find(struct db *db, int64_t attempt_id, const char *name, struct stream_facts *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "stream_find", &rows, db_int(attempt_id), db_text(name));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return STREAM_NONE;
	}
	const bool has_gap = !row_is_null(rows, 0, "gap_end");
	*out = (struct stream_facts){
		.size = row_int(rows, 0, "size_bytes"),
		.gap_start = has_gap ? row_int(rows, 0, "gap_start") : -1,
		.gap_end = has_gap ? row_int(rows, 0, "gap_end") : -1,
		.is_complete = row_bool(rows, 0, "is_complete"),
	};
	const char *removed = row_text(rows, 0, "removed_after");
	snprintf(out->removed_after, sizeof(out->removed_after), "%s",
		removed == NULL ? "" : removed);
	return 0;
}

/* Copies what of row `i` lies within the range behind `*size` bytes of `out`. */
static int chunk_take(
	const struct rows *rows, size_t i, int64_t offset, size_t limit, char *out, size_t *size)
{
	const int64_t start = row_int(rows, i, "start_byte");
	uLongf plain_size = (uLongf)row_int(rows, i, "size_bytes");
	size_t packed_size = 0;
	_free_ unsigned char *packed = row_bytes(rows, i, "body", &packed_size);
	_free_ unsigned char *plain = alloc_zero(1, plain_size + 1);
	if (uncompress(plain, &plain_size, packed, packed_size) != Z_OK) {
		return log_fault("the piece of a stream at byte %lld is damaged", (long long)start);
	}
	const int64_t at = offset + (int64_t)*size;
	if (start > at || start + (int64_t)plain_size <= at) {
		return log_fault("a stream has a hole at byte %lld", (long long)at);
	}
	size_t n = (size_t)(start + (int64_t)plain_size - at);
	n = n > limit - *size ? limit - *size : n;
	memcpy(out + *size, plain + (at - start), n);
	*size += n;
	return 0;
}

int stream_read(struct db *db, int64_t attempt_id, const char *name, int64_t offset, size_t limit,
	char **bytes, size_t *size)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "stream_chunks", &rows, db_int(attempt_id), db_text(name),
		db_int(offset), db_int(offset + (int64_t)limit));
	if (outcome != 0) {
		return outcome;
	}
	_free_ char *out = alloc_zero(1, limit + 1);
	size_t n = 0;
	for (size_t i = 0; i < rows_count(rows); i++) {
		const int fault = chunk_take(rows, i, offset, limit, out, &n);
		if (fault != 0) {
			return fault;
		}
	}
	out[n] = '\0';
	*bytes = out;
	out = NULL;
	*size = n;
	return 0;
}

int stream_grown(struct db *db, struct rows **out)
{
	return db_query(db, "stream_grown", out, NULL, 0);
}
