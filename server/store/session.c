/* Sessions: only the SHA-256 of a cookie is kept. */
#include "store/session.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "shared/cleanup.h"
#include "shared/log.h"
#include "store/db.h"
#include "store/row.h"

enum { SESSION_BYTES = 32 };

static struct db_value session_hash(const char *text, unsigned char hash[SESSION_BYTES])
{
	EVP_Digest(text, strlen(text), hash, NULL, EVP_sha256(), NULL);
	return db_bytes(hash, SESSION_BYTES);
}

int session_add(struct db *db, int64_t token_id, int64_t seconds, char text[SESSION_TEXT_SIZE])
{
	unsigned char bytes[SESSION_BYTES];
	unsigned char hash[SESSION_BYTES];
	if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
		return log_fault("cannot get random bytes");
	}
	for (size_t i = 0; i < SESSION_BYTES; i++) {
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	}
	const int outcome = DB_QUERY(db, "session_add", NULL, session_hash(text, hash),
		db_int(token_id), db_int(seconds));
	return outcome == DB_REFUSED ? DB_FAULT : outcome;
}

int session_find(struct db *db, const char *text, struct token *out, char name[TOKEN_NAME_SIZE])
{
	unsigned char hash[SESSION_BYTES];
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "session_find", &rows, session_hash(text, hash));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return SESSION_NONE;
	}
	out->id = row_int(rows, 0, "id");
	out->kind = token_kind_parse(row_text(rows, 0, "kind"));
	snprintf(name, TOKEN_NAME_SIZE, "%s", row_text(rows, 0, "name"));
	return 0;
}

int session_end(struct db *db, const char *text)
{
	unsigned char hash[SESSION_BYTES];
	return DB_QUERY(db, "session_end", NULL, session_hash(text, hash));
}
