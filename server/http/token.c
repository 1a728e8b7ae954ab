/* Who is asking. */
#include "http/token.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "config.h"
#include "http/door.h"
#include "http/routes.h"
#include "http/service.h"
#include "http/session.h"
#include "store/db.h"

enum { TOKEN_HEADER_MAX = 512 };

bool token_is_needed(const struct request *req)
{
	const enum route_need need = req->route->need;
	return (need > ROUTE_READ && need != ROUTE_FORM) ||
	       (need == ROUTE_READ && req->service->config->is_closed);
}

bool token_is_offered(const struct request *req)
{
	return request_header(req, "Authorization") != NULL || session_is_offered(req);
}

void token_ask(const struct request *req, struct response *res)
{
	response_error(res, 401, "token_needed",
		"this needs a token: send 'Authorization: Bearer fl_…' (faultline-server token "
		"add)");
	const bool is_read = req->route->need == ROUTE_READ;
	response_header(res, "WWW-Authenticate",
		is_read ? "Basic realm=\"Faultline: the token is the password\"" : "Bearer");
}

/* "Basic dXNlcjpmbF8…" → what stands behind the colon. */
static bool basic_password(const char *coded, char *out, size_t size)
{
	unsigned char text[TOKEN_HEADER_MAX];
	const size_t n = strlen(coded);
	if (n == 0 || n % 4 != 0 || n / 4 * 3 >= sizeof(text)) {
		return false;
	}
	const int got = EVP_DecodeBlock(text, (const unsigned char *)coded, (int)n);
	if (got <= 0) {
		return false;
	}
	text[got] = '\0';
	const char *colon = strchr((const char *)text, ':');
	return colon != NULL && (size_t)snprintf(out, size, "%s", colon + 1) < size;
}

/* The token's text out of the header; a browser sends Basic unasked, so it only ever reads. */
static bool token_text(const struct request *req, char *out, size_t size)
{
	const char *header = request_header(req, "Authorization");
	if (header == NULL) {
		return false;
	}
	if (strncasecmp(header, "Bearer ", 7) == 0) {
		return (size_t)snprintf(out, size, "%s", header + 7) < size;
	}
	const bool is_reading = strcmp(req->method, "GET") == 0 || strcmp(req->method, "HEAD") == 0;
	return is_reading && strncasecmp(header, "Basic ", 6) == 0 &&
	       basic_password(header + 6, out, size);
}

bool token_may(enum token_kind kind, enum route_need need)
{
	if (kind == TOKEN_ENROL) {
		return need == ROUTE_ENROL;
	}
	switch (need) {
	case ROUTE_OPEN:
	case ROUTE_READ:
		return true;
	case ROUTE_RUNNER:
		return kind == TOKEN_RUNNER || kind == TOKEN_ADMIN;
	case ROUTE_TRIGGER:
		return kind == TOKEN_TRIGGER || kind == TOKEN_ADMIN;
	case ROUTE_SEND:
		return kind == TOKEN_RUNNER || kind == TOKEN_TRIGGER || kind == TOKEN_ADMIN;
	case ROUTE_ADMIN:
		return kind == TOKEN_ADMIN;
	case ROUTE_ENROL:
	case ROUTE_FORM:
		return false;
	}
	return false;
}

static int token_check_text(struct request *req, struct db *db, const char *text,
	enum route_need need, struct response *res)
{
	const int outcome = token_find(db, text, &req->caller);
	if (outcome == TOKEN_UNKNOWN) {
		return response_error(
			res, 401, "bad_token", "this token is unknown or was revoked");
	}
	if (outcome == 0) {
		door_note(req->service->door, text, &req->caller);
	}
	if (outcome == 0 && !token_may(req->caller.kind, need)) {
		response_error(res, 403, "wrong_token", "a %s token may not do this",
			token_kind_name(req->caller.kind));
	}
	return outcome;
}

bool token_is_known(const struct request *req)
{
	char text[TOKEN_HEADER_MAX];
	struct token caller;
	return token_text(req, text, sizeof(text)) &&
	       door_knows(req->service->door, text, &caller) &&
	       token_may(caller.kind, req->route->need);
}

int token_check(struct request *req, struct db *db, struct response *res)
{
	if (!token_is_needed(req) || req->session.name[0] != '\0') {
		return 0;
	}
	char text[TOKEN_HEADER_MAX];
	if (!token_text(req, text, sizeof(text))) {
		token_ask(req, res);
		return 0;
	}
	const int outcome = token_check_text(req, db, text, req->route->need, res);
	if (res->status == 401) {
		response_header(res, "WWW-Authenticate",
			req->route->need == ROUTE_READ ? "Basic realm=\"Faultline\"" : "Bearer");
	}
	return outcome;
}
