/* Forms of pages, for people without JavaScript. */
#include "http/form.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "http/form_keep.h"
#include "http/page.h"
#include "http/routes.h"
#include "http/service.h"
#include "http/session.h"
#include "http/token.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"
#include "store/db.h"
#include "store/utf8.h"

/* A value may be as large as a form. */
enum { FORM_FIELDS = 64, FORM_VALUE_BYTES = 256 << 10 };

static int digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* "a+b%21" → "a b!", with line ends as Unix has them, in valid UTF-8. Owned by the caller. */
static char *decode(const char *coded, size_t size)
{
	_free_ char *out = alloc_zero(1, size + 1);
	size_t n = 0;
	for (size_t i = 0; i < size; i++) {
		char c = coded[i] == '+' ? ' ' : coded[i];
		if (c == '%' && i + 2 < size && digit(coded[i + 1]) >= 0 &&
			digit(coded[i + 2]) >= 0) {
			c = (char)(digit(coded[i + 1]) * 16 + digit(coded[i + 2]));
			i += 2;
		}
		if (c != '\r' && c != '\0') {
			out[n++] = c;
		}
	}
	return utf8_clean(out, n, FORM_VALUE_BYTES);
}

static bool is_number(const char *name, const char *const *numbers)
{
	while (*numbers != NULL && strcmp(*numbers, name) != 0) {
		numbers++;
	}
	return *numbers != NULL;
}

/* A name that comes again, as check boxes' do, becomes a list. */
static void value_set(json_t *form, const char *name, json_t *value)
{
	json_t *before = json_object_get(form, name);
	if (json_is_array(before)) {
		json_array_append_new(before, value);
	} else if (before != NULL) {
		json_object_set_new(form, name, json_pack("[O,o]", before, value));
	} else {
		json_object_set_new(form, name, value);
	}
}

static void field_add(json_t *form, const char *pair, size_t size, const char *const *numbers)
{
	const char *equals = memchr(pair, '=', size);
	const size_t n = equals == NULL ? size : (size_t)(equals - pair);
	_free_ char *name = decode(pair, n);
	_free_ char *value = equals == NULL ? alloc_copy("") : decode(equals + 1, size - n - 1);
	int64_t number = 0;
	if (name[0] == '\0' || value[0] == '\0') {
		return;
	}
	if (is_number(name, numbers) && number_parse(value, 0, INT64_MAX, &number) == 0) {
		value_set(form, name, json_integer(number));
	} else {
		value_set(form, name, json_string(value));
	}
}

static json_t *form_parse(const struct request *req, const char *const *numbers)
{
	json_t *form = json_object();
	const char *at = req->body == NULL ? "" : req->body;
	for (int i = 0; i < FORM_FIELDS && *at != '\0'; i++) {
		const size_t size = strcspn(at, "&");
		field_add(form, at, size, numbers);
		at += size + (at[size] == '&');
	}
	return form;
}

static bool is_form(const struct request *req)
{
	static const char type[] = "application/x-www-form-urlencoded";
	const char *given = request_header(req, "Content-Type");
	return given != NULL && strncmp(given, type, sizeof(type) - 1) == 0;
}

static int fields_take(
	struct request *req, struct response *res, const char *const *numbers, json_t **out)
{
	if (!is_form(req)) {
		response_error(res, 415, "not_a_form",
			"this address is for the page's form; programs use /api/v1/openapi.json");
		return FORM_BAD;
	}
	*out = form_parse(req, numbers);
	return 0;
}

int form_take(struct request *req, struct response *res, json_t **out)
{
	static const char *const numbers[] = {NULL};
	if (fields_take(req, res, numbers, out) != 0) {
		return FORM_BAD;
	}
	if (!session_is_near(req)) {
		response_error(res, 403, "from_elsewhere", "this form came from another site");
		return FORM_BAD;
	}
	return 0;
}

/* Who it is and whether the form is one of ours; refusals are in the answer, then. */
static void sender_check(
	const struct request *req, struct response *res, const char *proof, enum route_need need)
{
	if (req->session.name[0] == '\0') {
		response_error(
			res, 401, "not_signed_in", "sign in first; what you wrote is kept here");
	} else if (!session_proves(req, proof)) {
		response_error(res, 403, "not_our_form",
			"this form is not of this session: look at it and send it again");
	} else if (!token_may(req->caller.kind, need)) {
		response_error(res, 403, "wrong_token", "a %s token may not do this",
			token_kind_name(req->caller.kind));
	}
}

static int form_read_as(struct request *req, struct response *res, const char *const *numbers,
	enum route_need need, json_t **out)
{
	if (fields_take(req, res, numbers, out) != 0) {
		return FORM_BAD;
	}
	const char *given = json_string_value(json_object_get(*out, "proof"));
	sender_check(req, res, given, need);
	json_object_del(*out, "proof");
	return res->status != 0 ? FORM_BAD : 0;
}

int form_read(struct request *req, struct db *db, struct response *res, const char *const *numbers,
	json_t **out)
{
	(void)db;
	return form_read_as(req, res, numbers, ROUTE_TRIGGER, out);
}

int form_read_any(struct request *req, struct db *db, struct response *res,
	const char *const *numbers, json_t **out)
{
	(void)db;
	return form_read_as(req, res, numbers, ROUTE_READ, out);
}

/* Which form of the page it was: posted_bisections for one sent to /bugs/{id}/bisections. */
static void posted_set(json_t *page, const char *path)
{
	_free_ char *key = alloc_format("posted_%s", strrchr(path, '/') + 1);
	json_object_set_new(page, key, json_true());
}

int form_show(struct request *req, struct db *db, struct response *res, int status,
	const json_t *form, const char *error, json_t *preview)
{
	_json_ json_t *page = NULL;
	const int outcome = page_load(req, db, res, &page);
	if (outcome != 0 || page == NULL) {
		return outcome;
	}
	if (form != NULL) {
		form_keep(page, form, error);
		json_object_set_new(page, "shows_forms", json_true());
		posted_set(page, req->route->path);
	}
	if (preview != NULL) {
		json_object_set(page, "preview", preview);
	}
	return page_show(req, res, status, page);
}

int form_failed(struct request *req, struct db *db, struct response *res, const json_t *form)
{
	const int status = res->status;
	_json_ json_t *answer = json_loadb(res->body, res->size, 0, NULL);
	const char *error = json_string_value(json_object_get(answer, "error"));
	/* Where reading is closed, only who has a token sees the page. */
	const bool may_read = req->caller.kind != TOKEN_NONE || !req->service->config->is_closed;
	if (form == NULL || !may_read) {
		return 0;
	}
	response_fini(res);
	*res = (struct response){0};
	return form_show(req, db, res, status, form, error == NULL ? "" : error, NULL);
}

int form_done(struct response *res, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	_free_ char *to = alloc_format_list(format, list);
	va_end(list);
	response_fini(res);
	*res = (struct response){.status = 303};
	response_header(res, "Location", "%s", to);
	return 0;
}
