/* Browsers that are signed in: a cookie stands for a token. */
#pragma once

#include <stdint.h>

#include "store/token.h"

struct db;

enum { SESSION_TEXT_SIZE = 65, SESSION_NONE = 2 };

/* Signs the token in for `seconds`; `text` is what the cookie holds. 0 or a fault. */
int session_add(struct db *db, int64_t token_id, int64_t seconds, char text[SESSION_TEXT_SIZE]);
/* Whose cookie this is; `name` is the token's. 0, SESSION_NONE or a fault. */
int session_find(struct db *db, const char *text, struct token *out, char name[TOKEN_NAME_SIZE]);
/* Signs out; again is fine. 0 or a fault. */
int session_end(struct db *db, const char *text);
