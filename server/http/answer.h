/* From request to answer: what every route has in common. listen.c calls these in this order. */
#pragma once

#include "http/request.h"

struct db;

/* Headers are here: finds the route. res->status stays 0 when the request may go on; else it is the
 * refusal (404, 405, 401 without a token, 413 by Content-Length). */
void answer_open(struct request *req, struct response *res);

/* Its token is not known lately: looks it up before the body is taken. A worker's thread.
 * res->status stays 0 when the caller may go on. Negative: the answer is a 500 or 503. */
int answer_ask(struct request *req, struct db *db, struct response *res);

/* The request is whole: checks the token and runs the route. A worker's thread. Negative: the
 * answer is a 500 or 503. */
int answer_serve(struct request *req, struct db *db, struct response *res);

/* Before it is sent: errors of pages become HTML, headers of security and caching are added. */
void answer_finish(const struct request *req, struct response *res);
