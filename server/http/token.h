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

/* May a token of this kind do what a route asks for? */
bool token_may(enum token_kind kind, enum route_need need);
