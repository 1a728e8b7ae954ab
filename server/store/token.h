/* Tokens: 32 random bytes in base62 behind "fl_KIND_". Only their SHA-256 is kept. */
#pragma once

#include <stdint.h>

struct array;
struct db;
struct rows;

enum token_kind { TOKEN_NONE, TOKEN_RUNNER, TOKEN_TRIGGER, TOKEN_ADMIN, TOKEN_READ };

struct token {
	int64_t id;
	enum token_kind kind;
};

const char *token_kind_name(enum token_kind kind);
/* TOKEN_NONE when there is no such kind. */
enum token_kind token_kind_parse(const char *name);

enum { TOKEN_TEXT_SIZE = 64, TOKEN_UNKNOWN = 2, TOKEN_EXISTS = 3 };

/* A fresh text, as "fl_runner_…". 0 or a fault. */
int token_make(enum token_kind kind, char out[TOKEN_TEXT_SIZE]);

/* Makes one; `text` is shown once and never again. 0, TOKEN_EXISTS (the name is taken), DB_REFUSED
 * or a fault. */
int token_add(struct db *db, enum token_kind kind, const char *name, char text[TOKEN_TEXT_SIZE]);
/* Who this is; notes the use once a minute. 0, TOKEN_UNKNOWN (or revoked), or a fault. */
int token_find(struct db *db, const char *text, struct token *out);
/* Gives it a new text, shown once; the old one ends at once, what the token owns stays its own. 0,
 * TOKEN_UNKNOWN (or revoked) or a fault. */
int token_renew(struct db *db, const char *name, char text[TOKEN_TEXT_SIZE]);
/* 0, TOKEN_UNKNOWN or a fault. */
int token_revoke(struct db *db, const char *name);
/* Which of these ids' tokens were revoked, or renewed lately: column id. 0 or a fault. */
int token_ended(struct db *db, struct array *ids, struct rows **out);
/* Columns name, kind, created_at, last_used_at, revoked_at as texts. 0 or a fault. */
int token_list(struct db *db, struct rows **out);
