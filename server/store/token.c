/* Tokens: only their SHA-256 is kept. */
#include "store/token.h"

#include <openssl/evp.h>
#include <string.h>

#include "shared/cleanup.h"
#include "store/array.h"
#include "store/db.h"
#include "store/row.h"

enum { TOKEN_HASH = 32 };

static const char *const kinds[] = {[TOKEN_NONE] = "no",
	[TOKEN_RUNNER] = "runner",
	[TOKEN_TRIGGER] = "trigger",
	[TOKEN_ADMIN] = "admin",
	[TOKEN_READ] = "read",
	[TOKEN_ENROL] = "enrol"};

const char *token_kind_name(enum token_kind kind)
{
	return kinds[kind];
}

enum token_kind token_kind_parse(const char *name)
{
	for (enum token_kind k = TOKEN_RUNNER; k <= TOKEN_ENROL; k++) {
		if (strcmp(kinds[k], name) == 0) {
			return k;
		}
	}
	return TOKEN_NONE;
}

static struct db_value token_hash(const char *text, unsigned char hash[TOKEN_HASH])
{
	EVP_Digest(text, strlen(text), hash, NULL, EVP_sha256(), NULL);
	return db_bytes(hash, TOKEN_HASH);
}

static int token_take(const struct rows *rows, struct token *out)
{
	if (rows_count(rows) == 0) {
		return TOKEN_UNKNOWN;
	}
	out->id = row_int(rows, 0, "id");
	out->kind = token_kind_parse(row_text(rows, 0, "kind"));
	return 0;
}

static struct db_value owner_value(int64_t owner_id)
{
	return owner_id == 0 ? db_null() : db_int(owner_id);
}

int token_add(struct db *db, enum token_kind kind, const char *name, int64_t hours,
	int64_t owner_id, char text[TOKEN_TEXT_SIZE])
{
	unsigned char hash[TOKEN_HASH];
	const int fault = token_text_make(kinds[kind], text);
	if (fault != 0) {
		return fault;
	}
	const int outcome = DB_QUERY(db, "token_add", NULL, db_text(kinds[kind]), db_text(name),
		token_hash(text, hash), db_int(hours), owner_value(owner_id));
	if (outcome == DB_REFUSED && strcmp(db_refusal_state(db), "23505") == 0) {
		return TOKEN_EXISTS;
	}
	return outcome;
}

int token_enrol(struct db *db, int64_t id, const char *machine, const char *text, char **made)
{
	static const struct {
		const char *state;
		int outcome;
	} states[] = {{"again", 0}, {"ended", TOKEN_ENDED}, {"made", 0}, {"taken", TOKEN_EXISTS},
		{"used", TOKEN_USED}};
	unsigned char hash[TOKEN_HASH];
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(
		db, "token_enrol", &rows, db_int(id), db_text(machine), token_hash(text, hash));
	if (outcome == DB_REFUSED && strcmp(db_refusal_state(db), "23505") == 0) {
		return TOKEN_EXISTS; /* another was quicker */
	}
	if (outcome != 0) {
		return outcome;
	}
	*made = row_text_copy(rows, 0, "name");
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (strcmp(states[i].state, row_text(rows, 0, "state")) == 0) {
			return states[i].outcome;
		}
	}
	return TOKEN_ENDED;
}

int token_named(struct db *db, const char *name, struct token *out)
{
	char text[TOKEN_TEXT_SIZE];
	unsigned char hash[TOKEN_HASH];
	_rows_ struct rows *rows = NULL;
	int outcome = token_text_make(kinds[TOKEN_TRIGGER], text);
	outcome = outcome != 0 ? outcome
			       : DB_QUERY(db, "token_named", &rows, db_text(name),
					 token_hash(text, hash));
	return outcome != 0 ? outcome : token_take(rows, out);
}

int token_find(struct db *db, const char *text, struct token *out)
{
	unsigned char hash[TOKEN_HASH];
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "token_find", &rows, token_hash(text, hash));
	if (outcome != 0) {
		return outcome;
	}
	return token_take(rows, out);
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
		outcome = token_text_make(kinds[kind], text);
	}
	return outcome != 0
		       ? outcome
		       : DB_QUERY(db, "token_renew", NULL, db_text(name), token_hash(text, hash));
}

int token_revoke(struct db *db, const char *name, int64_t owner_id)
{
	_rows_ struct rows *rows = NULL;
	const int outcome =
		DB_QUERY(db, "token_revoke", &rows, db_text(name), owner_value(owner_id));
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
