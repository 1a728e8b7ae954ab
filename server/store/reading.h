/* How far the readers have read the streams of attempts; the bytes come from store/stream.h. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

enum { READING_NONE = 2 };
enum { READING_CLAIMED_AT = 40, READING_NAME = 16 };

/* A stream as it stood when reading began. `state` is owned; reading_fini frees it. */
struct reading {
	int64_t attempt_id;
	int64_t job_id;
	char name[READING_NAME];
	char claimed_at[READING_CLAIMED_AT];
	int64_t size_bytes;
	int64_t read_bytes;
	bool is_complete;
	bool is_read;
	char *state;
};
void reading_fini(struct reading *reading);
#define _reading_ __attribute__((cleanup(reading_fini)))

struct reading_item {
	int64_t attempt_id;
	char name[READING_NAME];
};

/* Streams that wait to be read, longest first. The caller frees *out. 0 or a fault. */
int reading_list(struct db *db, struct reading_item **out, size_t *n);

/* Within a transaction: nobody else reads this stream until its end. 0, READING_NONE (another
 * does), DB_REFUSED or a fault. */
int reading_begin(struct db *db, int64_t attempt_id, const char *name, struct reading *out);

/* Says how far it has been read; `is_read`: that is all there will be. 0, READING_NONE (another has
 * read on meanwhile: roll back), DB_REFUSED or a fault. */
int reading_keep(struct db *db, const struct reading *reading, int64_t read_bytes, bool is_read,
	int version, const char *state);

/* The same of a stream that was read again and holds nothing that differs: nothing is measured
 * again. */
int reading_renew(
	struct db *db, const struct reading *reading, bool is_read, int version, const char *state);

/* What people read of a stretch of the stream, at most `limit_bytes` of it: UTF-8 without control
 * characters and escape sequences; "" where nothing is. It is kept beside what was read out of it,
 * since SQL cannot inflate streams. The caller frees *out. 0 or a fault. */
int reading_text(struct db *db, const struct reading *reading, int64_t start_byte, int64_t end_byte,
	size_t limit_bytes, char **out);

/* Outside of the transaction that failed: says why, and has it tried again later. 0 or a fault. */
int reading_fail(struct db *db, int64_t attempt_id, const char *name, const char *why);
