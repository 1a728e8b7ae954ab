/* Browsers that are signed in. */
#include "http/session.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "config.h"
#include "http/form.h"
#include "http/page.h"
#include "http/routes.h"
#include "http/service.h"
#include "shared/cleanup.h"
#include "shared/network.h"
#include "store/db.h"
#include "store/session.h"

#define SESSION_COOKIE "fl_session"
/* A month: long enough not to be in the way, short enough for a machine that was given away. */
enum { SESSION_S = 30 * 24 * 3600 };

/* The cookie's text; false: there is none, or none of ours. */
static bool cookie_read(const struct request *req, char out[SESSION_TEXT_SIZE])
{
	static const char name[] = SESSION_COOKIE "=";
	const char *at = request_header(req, "Cookie");
	while (at != NULL && strncmp(at, name, sizeof(name) - 1) != 0) {
		at = strchr(at, ';');
		at += at == NULL ? 0 : 1 + strspn(at + 1, " ");
	}
	if (at == NULL || strcspn(at + sizeof(name) - 1, "; ") != SESSION_TEXT_SIZE - 1) {
		return false;
	}
	snprintf(out, SESSION_TEXT_SIZE, "%s", at + sizeof(name) - 1);
	return true;
}

bool session_is_offered(const struct request *req)
{
	char text[SESSION_TEXT_SIZE];
	return cookie_read(req, text);
}

/* Derived from the cookie, so that nothing more has to be kept; it does not give the cookie away.
 */
static void proof_make(const char *cookie, char out[SESSION_PROOF_SIZE])
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	char text[sizeof("form:") + SESSION_TEXT_SIZE];
	snprintf(text, sizeof(text), "form:%s", cookie);
	EVP_Digest(text, strlen(text), hash, NULL, EVP_sha256(), NULL);
	for (size_t i = 0; i < (SESSION_PROOF_SIZE - 1) / 2; i++) {
		snprintf(out + 2 * i, 3, "%02x", hash[i]);
	}
}

static bool is_for_browsers(const struct route *route)
{
	return route->need == ROUTE_READ || route->need == ROUTE_FORM ||
	       (route->need == ROUTE_OPEN && route->template != NULL);
}

int session_read(struct request *req, struct db *db)
{
	char text[SESSION_TEXT_SIZE];
	req->session = (struct session){0};
	if (!is_for_browsers(req->route) || !cookie_read(req, text)) {
		return 0;
	}
	const int outcome = session_find(db, text, &req->caller, req->session.name);
	if (outcome == 0) {
		proof_make(text, req->session.proof);
	}
	return outcome == SESSION_NONE ? 0 : outcome == DB_REFUSED ? DB_FAULT : outcome;
}

/* "https://host:8080/x" → "host:8080"; the rest of the text goes on behind it. */
static const char *host_of(const char *url, size_t *size)
{
	const char *at = strstr(url, "://");
	at = at == NULL ? url : at + strlen("://");
	*size = strcspn(at, "/");
	return at;
}

static bool is_host(const char *url, const char *host, size_t host_size)
{
	size_t size = 0;
	const char *at = host_of(url, &size);
	return size == host_size && strncasecmp(at, host, size) == 0;
}

/* Behind a proxy Host may be the server's own name: then --public-url has that of the site. */
bool session_is_near(const struct request *req)
{
	const char *fetched = request_header(req, "Sec-Fetch-Site");
	if (fetched != NULL && strcmp(fetched, "same-origin") != 0 &&
		strcmp(fetched, "none") != 0) {
		return false;
	}
	const char *origin = request_header(req, "Origin");
	if (origin == NULL) {
		return true;
	}
	const char *host = request_header(req, "Host");
	size_t size = 0;
	const char *public = host_of(req->service->config->public_url, &size);
	return (host != NULL && is_host(origin, host, strlen(host))) ||
	       (size > 0 && is_host(origin, public, size));
}

bool session_proves(const struct request *req, const char *proof)
{
	const size_t size = SESSION_PROOF_SIZE - 1;
	return session_is_near(req) && req->session.name[0] != '\0' && proof != NULL &&
	       strlen(proof) == size && CRYPTO_memcmp(proof, req->session.proof, size) == 0;
}

static void cookie_set(const struct request *req, struct response *res, const char *text, int age_s)
{
	const bool is_https =
		strncmp(req->service->config->public_url, "https://", strlen("https://")) == 0;
	response_header(res, "Set-Cookie",
		SESSION_COOKIE "=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s", text, age_s,
		is_https ? "; Secure" : "");
}

/* Where to go then: a path of ours, else the overview. "//x" and "/\x" would be other sites. */
static const char *place_of(const char *to)
{
	const bool is_ours = to != NULL && to[0] == '/' && to[1] != '/' && to[1] != '\\' &&
			     strpbrk(to, "\r\n\t") == NULL;
	return is_ours ? to : "/";
}

static int session_open(
	struct request *req, struct db *db, struct response *res, int64_t token_id, const char *to)
{
	char text[SESSION_TEXT_SIZE];
	const int outcome = session_add(db, token_id, SESSION_S, text);
	if (outcome != 0) {
		return outcome;
	}
	form_done(res, "%s", place_of(to));
	cookie_set(req, res, text, SESSION_S);
	return 0;
}

/* The name that a trusted proxy gives; NULL: none. Twice is not once: one of them is not its own.
 */
static const char *identity(const struct request *req)
{
	const struct config *config = req->service->config;
	const char *found = NULL;
	if (config->identity_header[0] == '\0' || req->peer == NULL ||
		!network_holds(config->identity_from, req->peer)) {
		return NULL;
	}
	for (size_t i = 0; i < req->header_count; i++) {
		if (strcasecmp(req->headers[i].name, config->identity_header) == 0) {
			if (found != NULL) {
				return NULL;
			}
			found = req->headers[i].value;
		}
	}
	return found;
}

int session_page(struct request *req, struct db *db, struct response *res)
{
	const char *name = identity(req);
	if (name == NULL) {
		return page_answer(req, db, res);
	}
	struct token who = {0};
	const int outcome = token_named(db, name, &who);
	if (outcome == TOKEN_UNKNOWN || outcome == DB_REFUSED) {
		return response_error(res, 403, "not_allowed",
			"you come as somebody who may not sign in: the name's token was revoked, "
			"is a runner's or was made by somebody else, or it is no name");
	}
	return outcome != 0 ? outcome
			    : session_open(req, db, res, who.id, request_argument(req, "to"));
}

int form_signin(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *form = NULL;
	int outcome = form_take(req, res, &form);
	if (outcome != 0) {
		return 0;
	}
	struct token who = {0};
	const char *text = json_string_value(json_object_get(form, "token"));
	const char *to = json_string_value(json_object_get(form, "to"));
	outcome = text == NULL ? TOKEN_UNKNOWN : token_find(db, text, &who);
	json_object_del(form, "token");
	if (outcome == TOKEN_UNKNOWN || who.kind == TOKEN_ENROL) {
		return form_show(req, db, res, 401, form,
			"this token is unknown, was revoked or is for one machine", NULL);
	}
	return outcome != 0 ? outcome : session_open(req, db, res, who.id, to);
}

int form_signout(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *form = NULL;
	char text[SESSION_TEXT_SIZE];
	if (form_take(req, res, &form) != 0) {
		return 0;
	}
	if (!session_proves(req, json_string_value(json_object_get(form, "proof"))) ||
		!cookie_read(req, text)) {
		return form_done(res, "/");
	}
	const int outcome = session_end(db, text);
	if (outcome == 0) {
		form_done(res, "/");
		cookie_set(req, res, "", 0);
	}
	return outcome;
}
