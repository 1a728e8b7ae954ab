/* Tokens: only their SHA-256 is kept. */
#include "store/token.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "shared/cleanup.h"
#include "shared/log.h"
#include "store/array.h"
#include "store/db.h"
#include "store/row.h"

enum { TOKEN_BYTES = 32, TOKEN_DIGITS = 43, TOKEN_HASH = 32 };

static const char *const kinds[] = {[TOKEN_NONE] = "no",
	[TOKEN_RUNNER] = "runner",
	[TOKEN_TRIGGER] = "trigger",
	[TOKEN_ADMIN] = "admin",
	[TOKEN_READ] = "read"};

const char *token_kind_name(enum token_kind kind)
{
	return kinds[kind];
}

enum token_kind token_kind_parse(const char *name)
{
	for (enum token_kind k = TOKEN_RUNNER; k <= TOKEN_READ; k++) {
		if (strcmp(kinds[k], name) == 0) {
			return k;
		}
	}
	return TOKEN_NONE;
}

/* 43 digits hold 256 bits: the bytes as one large number, divided by 62 again and again. */
int token_make(enum token_kind kind, char out[TOKEN_TEXT_SIZE])
{
	static const char digits[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	unsigned char bytes[TOKEN_BYTES];
	if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
		return log_fault("cannot get random bytes");
	}
	char text[TOKEN_DIGITS + 1] = "";
	for (int i = TOKEN_DIGITS - 1; i >= 0; i--) {
		unsigned rest = 0;
		for (int b = 0; b < TOKEN_BYTES; b++) {
			const unsigned value = rest * 256 + bytes[b];
			bytes[b] = (unsigned char)(value / 62);
			rest = value % 62;
		}
		text[i] = digits[rest];
	}
	snprintf(out, TOKEN_TEXT_SIZE, "fl_%s_%s", kinds[kind], text);
	return 0;
}

static struct db_value token_hash(const char *text, unsigned char hash[TOKEN_HASH])
{
	EVP_Digest(text, strlen(text), hash, NULL, EVP_sha256(), NULL);
	return db_bytes(hash, TOKEN_HASH);
}

int token_add(struct db *db, enum token_kind kind, const char *name, char text[TOKEN_TEXT_SIZE])
{
	unsigned char hash[TOKEN_HASH];
	const int fault = token_make(kind, text);
	if (fault != 0) {
		return fault;
	}
	const int outcome = DB_QUERY(
		db, "token_add", NULL, db_text(kinds[kind]), db_text(name), token_hash(text, hash));
	if (outcome == DB_REFUSED && strcmp(db_refusal_state(db), "23505") == 0) {
		return TOKEN_EXISTS;
	}
	return outcome;
}

int token_find(struct db *db, const char *text, struct token *out)
{
	unsigned char hash[TOKEN_HASH];
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "token_find", &rows, token_hash(text, hash));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return TOKEN_UNKNOWN;
	}
	out->id = row_int(rows, 0, "id");
	out->kind = token_kind_parse(row_text(rows, 0, "kind"));
	return 0;
}

static int token_kind_of(struct db *db, const char *name, enum token_kind *kind)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "token_kind", &rows, db_text(name));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return TOKEN_UNKNOWN;
	}
	*kind = token_kind_parse(row_text(rows, 0, "kind"));
	return 0;
}

int token_renew(struct db *db, const char *name, char text[TOKEN_TEXT_SIZE])
{
	enum token_kind kind = TOKEN_NONE;
	unsigned char hash[TOKEN_HASH];
	int outcome = token_kind_of(db, name, &kind);
	if (outcome == 0) {
		outcome = token_make(kind, text);
	}
	return outcome != 0
		       ? outcome
		       : DB_QUERY(db, "token_renew", NULL, db_text(name), token_hash(text, hash));
}

int token_revoke(struct db *db, const char *name)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "token_revoke", &rows, db_text(name));
	if (outcome != 0) {
		return outcome;
	}
	return rows_touched(rows) == 0 ? TOKEN_UNKNOWN : 0;
}

int token_ended(struct db *db, struct array *ids, struct rows **out)
{
	return DB_QUERY(db, "token_ended", out, array_value(ids));
}

int token_list(struct db *db, struct rows **out)
{
	return db_query(db, "token_list", out, NULL, 0);
}
