/* Who is asking: Bearer tokens; for browsers, where reading is closed, Basic with the token as
 * password. */
#pragma once

#include <stdbool.h>

#include "http/request.h"
#include "http/routes.h"

struct db;

/* Does the route need one, as the server is set? */
bool token_is_needed(const struct request *req);
/* Has the request one at all? */
bool token_is_offered(const struct request *req);
/* 401. */
void token_ask(const struct request *req, struct response *res);

/* Was its token good a moment ago, for this route? Asks no database, and refuses nothing. */
bool token_is_known(const struct request *req);

/* Fills req->caller. When the caller may not, res is the refusal (401, 403). 0 or a fault. */
int token_check(struct request *req, struct db *db, struct response *res);

/* The same of a token that did not come in the header: NULL is none. */
int token_check_text(struct request *req, struct db *db, const char *text, enum route_need need,
	struct response *res);
