/* From request to answer: what every route has in common. */
#include "http/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "http/encode.h"
#include "http/page.h"
#include "http/page_error.h"
#include "http/routes.h"
#include "http/service.h"
#include "http/session.h"
#include "http/token.h"
#include "shared/log.h"
#include "shared/number.h"
#include "store/db.h"

/* Scripts, styles, pictures and connections only from here; nothing inline, no frames. */
static const char policy[] = "default-src 'none'; script-src 'self'; style-src 'self'; "
			     "img-src 'self'; connect-src 'self'; font-src 'self'; "
			     "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
			     "require-trusted-types-for 'script'; trusted-types 'none'";

static void refuse_route(
	const struct request *req, struct response *res, int outcome, const char *allow)
{
	if (outcome == ROUTE_OTHER_METHOD) {
		response_error(res, 405, "method_not_allowed", "%s is not possible here; %s is",
			req->method, allow);
		response_header(res, "Allow", "%s", allow);
		return;
	}
	response_error(res, 404, "not_found", "there is nothing at this address");
}

void answer_open(struct request *req, struct response *res)
{
	char allow[64];
	const int outcome = route_find(req, allow, sizeof(allow));
	if (outcome != 0) {
		refuse_route(req, res, outcome, allow);
		return;
	}
	if (!token_is_offered(req) && token_is_needed(req)) {
		token_ask(req, res);
		return;
	}
	int64_t size = 0;
	const char *length = request_header(req, "Content-Length");
	if (length != NULL && (number_parse(length, 0, INT64_MAX, &size) != 0 ||
				      (uint64_t)size > req->route->body_max)) {
		response_error(res, 413, "too_large", "the body is larger than %zu bytes",
			req->route->body_max);
		res->is_closing = true;
	}
}

static int route_run(struct request *req, struct db *db, struct response *res)
{
	int outcome = session_read(req, db);
	outcome = outcome != 0 ? outcome : token_check(req, db, res);
	if (outcome != 0 || res->status != 0) {
		return outcome;
	}
	return req->route->handle == NULL ? page_answer(req, db, res)
					  : req->route->handle(req, db, res);
}

int answer_ask(struct request *req, struct db *db, struct response *res)
{
	int fault = db_ready(db);
	if (fault == 0) {
		fault = token_check(req, db, res);
	}
	if (fault == DB_FAULT_RETRY && db_ready(db) == 0) {
		response_fini(res);
		fault = token_check(req, db, res);
	}
	if (fault < 0) {
		response_fault(res, fault);
	}
	return fault < 0 ? fault : 0;
}

int answer_serve(struct request *req, struct db *db, struct response *res)
{
	log_matter("request=%s", req->path);
	int fault = db_ready(db);
	if (fault == 0) {
		fault = route_run(req, db, res);
	}
	/* PostgreSQL was restarted: the connection is stale, the next one is good. */
	if (fault == DB_FAULT_RETRY && !req->route->is_once && db_ready(db) == 0) {
		response_fini(res);
		fault = route_run(req, db, res);
	}
	if (fault >= 0 && res->status == 0 && !res->is_parked) {
		fault = log_fault(
			"%s: no answer was made (%d, %s)", req->route->path, fault, db_refusal(db));
	}
	if (fault < 0) {
		response_fault(res, fault);
	}
	return fault;
}

static bool is_page(const struct request *req)
{
	return strncmp(req->path, "/api/", 5) != 0 && strncmp(req->path, "/static/", 8) != 0 &&
	       strcmp(req->path, "/metrics") != 0;
}

void answer_finish(const struct request *req, struct response *res)
{
	const bool is_json = page_wants_json(req);
	if (res->status >= 400 && !res->is_page && is_page(req) && !is_json) {
		page_error(req, res);
	}
	encode_response(req, res);
	response_header(res, "X-Content-Type-Options", "nosniff");
	response_header(res, "Content-Security-Policy", "%s", policy);
	response_header(res, "Referrer-Policy", "same-origin");
	if (!res->is_cached) {
		/* What somebody who is signed in sees is for nobody else. */
		response_header(res, "Cache-Control",
			req->session.name[0] != '\0' ? "private, no-cache" : "no-cache");
	}
}
