/* Blobs: files kept by content. */
#include "store/blob.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "store/db.h"
#include "store/row.h"

static void facts_take(const struct rows *rows, struct blob_facts *out)
{
	out->size = row_int(rows, 0, "size_bytes");
	out->have = row_int(rows, 0, "have");
	out->is_complete = row_bool(rows, 0, "is_complete");
	out->is_removed = row_bool(rows, 0, "is_removed");
}

int blob_find(struct db *db, const char *sha256, struct blob_facts *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "blob_find", &rows, db_text(sha256));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return BLOB_NONE;
	}
	facts_take(rows, out);
	return 0;
}

int blob_read(struct db *db, const char *sha256, int64_t offset, char **bytes, size_t *size)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "blob_chunk", &rows, db_text(sha256), db_int(offset));
	*size = 0;
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome;
	}
	size_t n = 0;
	_free_ unsigned char *chunk = row_bytes(rows, 0, "body", &n);
	const size_t skip = (size_t)(offset - row_int(rows, 0, "start_byte"));
	if (skip >= n) {
		return 0;
	}
	memmove(chunk, chunk + skip, n - skip);
	*size = n - skip;
	*bytes = (char *)chunk;
	chunk = NULL;
	return 0;
}

static int blob_feed(struct db *db, const char *sha256, int64_t total, EVP_MD_CTX *hash)
{
	int64_t at = 0;
	while (at < total) {
		_free_ char *bytes = NULL;
		size_t size = 0;
		const int outcome = blob_read(db, sha256, at, &bytes, &size);
		if (outcome != 0) {
			return outcome;
		}
		if (size == 0) {
			return log_fault("blob %s has a hole at byte %lld", sha256, (long long)at);
		}
		EVP_DigestUpdate(hash, bytes, size);
		at += (int64_t)size;
	}
	return 0;
}

/* Reads all pieces again: it is the stored bytes that must be right. */
static int blob_verify(struct db *db, const char *sha256, int64_t total)
{
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	EVP_DigestInit_ex(hash, EVP_sha256(), NULL);
	const int outcome = blob_feed(db, sha256, total, hash);
	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_DigestFinal_ex(hash, digest, NULL);
	EVP_MD_CTX_free(hash);
	char hex[FILE_SHA256_HEX];
	for (size_t i = 0; i < 32; i++) {
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	}
	if (outcome != 0) {
		return outcome;
	}
	return strcmp(hex, sha256) == 0 ? 0 : BLOB_WRONG;
}

/* Within the transaction: the blob is locked. */
static int piece_put(struct db *tx, const struct blob_piece *piece, struct blob_facts *out)
{
	const int64_t known = out->have - piece->offset;
	if (known < 0) {
		return BLOB_HOLE;
	}
	if (out->is_complete) {
		return 0;
	}
	if (known < (int64_t)piece->size) {
		const int outcome = DB_QUERY(tx, "blob_append", NULL, db_text(piece->sha256),
			db_int(out->have),
			db_bytes((const char *)piece->bytes + known, piece->size - (size_t)known));
		if (outcome != 0) {
			return outcome;
		}
		out->have = piece->offset + (int64_t)piece->size;
	}
	if (out->have < out->size) {
		return 0;
	}
	int outcome = blob_verify(tx, piece->sha256, out->size);
	if (outcome == BLOB_WRONG) {
		outcome = DB_QUERY(tx, "blob_drop", NULL, db_text(piece->sha256));
		return outcome == 0 ? BLOB_WRONG : outcome;
	}
	out->is_complete = outcome == 0;
	return outcome != 0 ? outcome : DB_QUERY(tx, "blob_finish", NULL, db_text(piece->sha256));
}

/* One of the two who announced it was wrong: the hash tells at the end, so who begins anew is
 * heard. */
static int blob_restart(struct db *tx, const struct blob_piece *piece, struct blob_facts *facts)
{
	if (facts->is_complete || piece->offset != 0) {
		return BLOB_OTHER;
	}
	*facts = (struct blob_facts){.size = piece->total};
	return DB_QUERY(tx, "blob_restart", NULL, db_text(piece->sha256), db_int(piece->total));
}

int blob_append(struct db *db, const struct blob_piece *piece, struct blob_facts *out)
{
	_tx_ struct db *tx = NULL;
	int outcome = db_begin(db, &tx);
	if (outcome != 0) {
		return outcome;
	}
	outcome = DB_QUERY(tx, "blob_open", NULL, db_text(piece->sha256), db_int(piece->total));
	if (outcome == 0) {
		outcome = blob_find(tx, piece->sha256, out);
	}
	if (outcome == 0 && out->size != piece->total) {
		outcome = blob_restart(tx, piece, out);
	}
	if (outcome == 0) {
		outcome = piece_put(tx, piece, out);
	}
	if (outcome != 0 && outcome != BLOB_WRONG) {
		return outcome;
	}
	const int fault = db_commit(&tx);
	return fault != 0 ? fault : outcome;
}
