/* Blobs: files kept by content, sent in pieces by offset. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

enum {
	BLOB_NONE = 20,  /* nothing of it is here */
	BLOB_HOLE = 21,  /* the offset is beyond the end */
	BLOB_OTHER = 22, /* another size was announced before */
	BLOB_WRONG = 23, /* whole, but its hash is another: dropped */
};

struct blob_facts {
	int64_t size;
	int64_t have;
	bool is_complete;
	bool is_removed; /* retention has removed it; it may be sent again */
};
/* 0, BLOB_NONE or a fault. */
int blob_find(struct db *db, const char *sha256, struct blob_facts *out);

struct blob_piece {
	const char *sha256;
	int64_t offset;
	int64_t total; /* of the whole blob */
	const void *bytes;
	size_t size;
};
/* Bytes known already are ignored; the last ones complete it. *out is how it stands then. 0,
 * BLOB_…, or a fault. */
int blob_append(struct db *db, const struct blob_piece *piece, struct blob_facts *out);

/* Up to 1 MiB from `offset` on; *bytes is the caller's. *size 0: the end. 0 or a fault. */
int blob_read(struct db *db, const char *sha256, int64_t offset, char **bytes, size_t *size);
