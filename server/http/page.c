/* Pages and plain JSON: one query gives the data, one template the markup. */
#include "http/page.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "http/routes.h"
#include "http/service.h"
#include "http/static.h"
#include "http/template.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "store/db.h"
#include "store/row.h"
#include "version.h"

const char page_html[] = "text/html; charset=utf-8";

bool page_wants_json(const struct request *req)
{
	const char *format = request_argument(req, "format");
	return format != NULL && strcmp(format, "json") == 0;
}

static int page_query(const struct request *req, struct db *db, struct rows **out)
{
	const struct route *route = req->route;
	struct db_value values[ROUTE_ARGUMENTS_MAX];
	size_t n = 0;
	while (n < ROUTE_ARGUMENTS_MAX && route->arguments[n] != NULL) {
		const char *name = route->arguments[n];
		values[n++] = strcmp(name, ROUTE_CALLER) == 0
				      ? db_int(req->caller.id)
				      : db_text(name[0] == '{' ? route_part(req, name)
							       : request_argument(req, name));
	}
	return db_query(db, route->query, out, values, n);
}

static void coded_put(FILE *out, const char *text)
{
	for (const char *c = text; *c != '\0'; c++) {
		const bool is_plain = isalnum((unsigned char)*c) || strchr("-._~:/", *c) != NULL;
		fprintf(out, is_plain ? "%c" : "%%%02X", (unsigned char)*c);
	}
}

/* "?a=x&b=y": what the page was asked with, behind `before`; answers what goes before the next. */
static char arguments_put(FILE *out, const struct request *req, char before)
{
	for (size_t i = 0; i < req->argument_count; i++) {
		if (strcmp(req->arguments[i].name, "format") != 0) {
			fputc(before, out);
			coded_put(out, req->arguments[i].name);
			fputc('=', out);
			coded_put(out, req->arguments[i].value);
			before = '&';
		}
	}
	return before;
}

/* "?a=x&format=json": the same page as JSON. Owned by the caller. */
static char *json_address(const struct request *req)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	fprintf(out, "%cformat=json", arguments_put(out, req, '?'));
	fclose(out);
	return text;
}

char *page_coded(const char *text)
{
	char *coded = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&coded, &size);
	coded_put(out, text);
	fclose(out);
	return coded;
}

/* Where a browser comes back to when it has signed in, with what the page was asked with; as it
 * stands behind = in an address. Owned by the caller. */
static char *page_address(const struct request *req)
{
	char *plain = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&plain, &size);
	const bool is_signin = strcmp(req->path, "/signin") == 0;
	fputs(is_signin ? "/" : req->path, out);
	if (!is_signin) {
		arguments_put(out, req, '?');
	}
	fclose(out);
	char *text = page_coded(plain);
	free(plain);
	return text;
}

/* What every template may use beside the page's own data. */
static void page_dress(const struct request *req, json_t *page)
{
	_free_ char *as_json = json_address(req);
	json_object_set_new(page, "as_json", json_string(as_json));
	_free_ char *to = page_address(req);
	json_object_set_new(page, "return_to", json_string(to));
	if (req->session.name[0] != '\0') {
		json_object_set_new(page, "shows_forms", json_true());
		json_object_set_new(page, "who",
			json_pack("{s:s, s:s}", "name", req->session.name, "proof",
				req->session.proof));
	}
	if (req->route != NULL && req->route->question != NULL) {
		json_object_set_new(page, "question", json_string(req->route->question));
	}
	json_object_set_new(page, "assets", json_string(statics_version(req->service->statics)));
	json_object_set_new(page, "program_version", json_string(FAULTLINE_VERSION));
}

int page_render(
	const struct request *req, const char *name, json_t *page, char **body, size_t *size)
{
	page_dress(req, page);
	return template_fill(template_embedded, name, page, body, size);
}

/* The page's data, with what C adds to it. */
static int page_data(struct request *req, struct db *db, const char *text, json_t **out)
{
	json_error_t error;
	_json_ json_t *page = json_loads(text, 0, &error);
	if (page == NULL || !json_is_object(page)) {
		return log_fault("%s.sql gives no JSON object: %s", req->route->query, error.text);
	}
	const int fault = req->route->add == NULL ? 0 : req->route->add(req, db, page);
	if (fault == 0) {
		*out = page;
		page = NULL;
	}
	return fault;
}

/* A picture or a table stands in mails, READMEs and tables elsewhere: it is asked for again and
 * again, and sent again only when it is another one. */
enum { KEPT_S = 60 };

static void keep(const struct request *req, struct response *res)
{
	char hash[FILE_SHA256_HEX];
	file_sha256_bytes(res->body, res->size, hash);
	_free_ char *etag = alloc_format("W/\"%.16s\"", hash);
	const char *known = request_header(req, "If-None-Match");
	res->type = req->route->type;
	if (known != NULL && (strstr(known, etag) != NULL || strcmp(known, "*") == 0)) {
		response_take(res, 304, NULL, NULL, 0);
	}
	response_header(res, "ETag", "%s", etag);
	/* Where reading is closed, no proxy keeps it for others. */
	const bool is_closed = req->service->config->is_closed;
	response_header(res, "Cache-Control", "%smax-age=%d", is_closed ? "private, " : "", KEPT_S);
	res->is_cached = true;
}

int page_show(const struct request *req, struct response *res, int status, json_t *page)
{
	char *body = NULL;
	size_t size = 0;
	const int fault = page_render(req, req->route->template, page, &body, &size);
	if (fault == 0) {
		response_take(res, status, page_html, body, size);
		res->is_page = true;
	}
	return fault;
}

static void answer_text(struct response *res, const char *text)
{
	const size_t n = strlen(text);
	char *body = malloc(n + 2);
	if (body == NULL) {
		abort();
	}
	memcpy(body, text, n);
	memcpy(body + n, "\n", 2);
	response_take(res, 200, "application/json", body, n + 1);
}

/* What the route's query answers; NULL: an answer has been made. */
static int page_rows(struct request *req, struct db *db, struct response *res, struct rows **out)
{
	const int outcome = page_query(req, db, out);
	if (outcome == DB_REFUSED) {
		return response_error(res, 400, "bad_argument", "%s", db_refusal(db));
	}
	if (outcome == 0 && rows_count(*out) == 0) {
		return response_error(res, 404, "not_found", "there is nothing at %s", req->path);
	}
	return outcome;
}

int page_load(struct request *req, struct db *db, struct response *res, json_t **out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = page_rows(req, db, res, &rows);
	return outcome != 0 || res->status != 0
		       ? outcome
		       : page_data(req, db, row_text(rows, 0, "page"), out);
}

static int answer(struct request *req, struct db *db, struct response *res)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = page_rows(req, db, res, &rows);
	if (outcome != 0 || res->status != 0) {
		return outcome;
	}
	const bool is_html = req->route->template != NULL && !page_wants_json(req);
	const char *text = row_text(rows, 0, req->route->template != NULL ? "page" : "body");
	if (!is_html && req->route->add == NULL) {
		answer_text(res, text);
		return 0;
	}
	_json_ json_t *page = NULL;
	const int fault = page_data(req, db, text, &page);
	if (fault != 0 || is_html) {
		return fault != 0 ? fault : page_show(req, res, 200, page);
	}
	response_json(res, 200, json_incref(page));
	return 0;
}

int page_answer(struct request *req, struct db *db, struct response *res)
{
	const int outcome = answer(req, db, res);
	if (outcome == 0 && res->status == 200 && req->route->type != NULL &&
		!page_wants_json(req)) {
		keep(req, res);
	}
	return outcome;
}

int page_check(void)
{
	for (size_t i = 0; i < route_count; i++) {
		const char *template = routes[i].template;
		if (template != NULL && template_embedded(template) == NULL) {
			log_warning("there is no template '%s' yet", template);
		} else if (template != NULL && template_check(template_embedded, template) != 0) {
			return -1;
		}
	}
	return 0;
}
