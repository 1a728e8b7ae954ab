/* Streams: what an attempt says while it runs, by offset. Writing the same bytes again changes
 * nothing; a hole is refused. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/array.h"

struct db;
struct rows;

enum {
	STREAM_NONE = 10,   /* no such attempt or stream */
	STREAM_HOLE = 11,   /* the offset is beyond the end */
	STREAM_CLOSED = 12, /* the runner had said that this was all */
	STREAM_FULL = 13,
};

/* More than this is kept by first and last part only (the runner cuts). */
#define STREAM_BYTES_MAX ((int64_t)256 << 20)
enum { STREAM_CHUNK_MAX = 1 << 20 };

/* "console", "samples" or "build". */
bool stream_name_is(const char *name);

struct stream_piece {
	int64_t attempt_id;
	const char *name;
	int64_t offset;
	int64_t gap_end; /* negative: none; else the text stood from here on */
	const void *bytes;
	size_t size;
};
/* *have is the stream's size afterwards. 0, STREAM_…, or a fault. */
int stream_append(struct db *db, const struct stream_piece *piece, int64_t *have);

/* Names and sizes the runner says are whole. 0; STREAM_HOLE: *name (the caller's) is not, and has
 * *have; or a fault. */
int stream_complete(struct db *db, int64_t attempt_id, struct array *names, struct array *sizes,
	char **name, int64_t *have);

struct stream_facts {
	int64_t size;
	int64_t gap_start; /* negative: none */
	int64_t gap_end;
	bool is_complete;
	char removed_after[32]; /* how old it was when retention removed it, "365 days"; "": it is
				   here */
};
/* 0, STREAM_NONE or a fault. */
int stream_find(struct db *db, int64_t attempt_id, const char *name, struct stream_facts *out);

/* Up to `limit` bytes from `offset` on; *bytes is the caller's and zero-terminated. Only pieces
 * that hold them are inflated; ask for at most a few MiB at once. 0 (fewer bytes: the end) or a
 * fault. */
int stream_read(struct db *db, int64_t attempt_id, const char *name, int64_t offset, size_t limit,
	char **bytes, size_t *size);

/* Those that grew within the last seconds: columns attempt_id, name, size_bytes. 0 or a fault. */
int stream_grown(struct db *db, struct rows **out);
