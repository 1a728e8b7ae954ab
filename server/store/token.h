/* Tokens: who may call the API. Only the SHA-256 of their text is kept. */
#pragma once

#include <stdint.h>

#include "shared/token_text.h"

struct array;
struct db;
struct rows;

enum token_kind { TOKEN_NONE, TOKEN_RUNNER, TOKEN_TRIGGER, TOKEN_ADMIN, TOKEN_READ, TOKEN_ENROL };

struct token {
	int64_t id;
	enum token_kind kind;
};

const char *token_kind_name(enum token_kind kind);
/* TOKEN_NONE when there is no such kind. */
enum token_kind token_kind_parse(const char *name);

enum { TOKEN_NAME_SIZE = 65, TOKEN_UNKNOWN = 2, TOKEN_EXISTS = 3, TOKEN_USED = 4, TOKEN_ENDED = 5 };

/* Makes one; `text` is shown once and never again. One that enrols ends after `hours`.
 * `owner_id` is the token it is made with, 0 an operator. 0, TOKEN_EXISTS (the name is taken),
 * DB_REFUSED or a fault. */
int token_add(struct db *db, enum token_kind kind, const char *name, int64_t hours,
	int64_t owner_id, char text[TOKEN_TEXT_SIZE]);
/* The one-time token `id` makes `text`, which the machine's runner has made up, the token of that
 * machine; the same again is fine. 0, TOKEN_USED (for *made, a name, the caller's), TOKEN_ENDED,
 * TOKEN_EXISTS (such a machine or token is there), DB_REFUSED (an impossible name), or a fault. */
int token_enrol(struct db *db, int64_t id, const char *machine, const char *text, char **made);
/* Somebody whom a proxy named: the token of that name, or a new one of kind trigger. 0,
 * TOKEN_UNKNOWN (revoked, a runner's, or enrols), DB_REFUSED (no name) or a fault. */
int token_named(struct db *db, const char *name, struct token *out);
/* Who this is; notes the use once a minute. 0, TOKEN_UNKNOWN (or revoked), or a fault. */
int token_find(struct db *db, const char *text, struct token *out);
/* Gives it a new text, shown once; the old one ends at once, what the token owns stays its own. 0,
 * TOKEN_UNKNOWN (or revoked) or a fault. */
int token_renew(struct db *db, const char *name, char text[TOKEN_TEXT_SIZE]);
/* Ends it and what was made with it. `owner_id`: only if it is this one or was made with it, 0 any.
 * 0, TOKEN_UNKNOWN or a fault. */
int token_revoke(struct db *db, const char *name, int64_t owner_id);
/* Which of these ids' tokens were revoked, or renewed lately: column id. 0 or a fault. */
int token_ended(struct db *db, struct array *ids, struct rows **out);
/* Columns name, kind, created_at, last_used_at, revoked_at as texts. 0 or a fault. */
int token_list(struct db *db, struct rows **out);
