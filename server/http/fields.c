/* Typed reading of a JSON object that a client sent. */
#include "http/fields.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"

int fields_parse(const struct request *req, struct response *res, json_t **root, struct fields *out)
{
	json_error_t error;
	const char *body = req->body == NULL ? "" : req->body;
	json_t *json = json_loadb(body, req->body_size, JSON_REJECT_DUPLICATES, &error);
	if (json == NULL) {
		response_error(res, 400, "bad_json", "the body is not JSON: line %d, column %d: %s",
			error.line, error.column, error.text);
		return FIELDS_BAD;
	}
	if (!json_is_object(json)) {
		json_decref(json);
		response_error(res, 400, "bad_json", "the body must be a JSON object");
		return FIELDS_BAD;
	}
	*root = json;
	*out = (struct fields){.object = json, .res = res, .within = ""};
	return 0;
}

void fields_refuse(struct fields *f, const char *name, const char *format, ...)
{
	if (f->is_bad) {
		return;
	}
	va_list list;
	va_start(list, format);
	_free_ char *text = alloc_format_list(format, list);
	va_end(list);
	f->is_bad = true;
	_free_ char *full = alloc_format("%s%s", f->within, name);
	response_error_details(f->res, 400, "bad_field", json_pack("{s:s}", "field", full),
		"field '%s' %s", full, text);
}

void fields_only(struct fields *f, const char *const *known)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)f->object, key, value)
	{
		size_t i = 0;
		while (known[i] != NULL && strcmp(known[i], key) != 0) {
			i++;
		}
		if (known[i] == NULL) {
			fields_refuse(f, key, "is not known here");
			return;
		}
	}
}

/* The value, or NULL when absent, null, or an answer has been made already. */
static const json_t *fields_get(struct fields *f, const char *name, bool required)
{
	const json_t *value = f->is_bad ? NULL : json_object_get(f->object, name);
	if (value != NULL && !json_is_null(value)) {
		return value;
	}
	if (required) {
		fields_refuse(f, name, "is missing");
	}
	return NULL;
}

const char *fields_text(struct fields *f, const char *name, size_t max, bool required)
{
	const json_t *value = fields_get(f, name, required);
	if (value == NULL) {
		return NULL;
	}
	if (!json_is_string(value)) {
		fields_refuse(f, name, "must be a text");
		return NULL;
	}
	const size_t n = json_string_length(value);
	if (n > max || (n == 0 && required)) {
		fields_refuse(f, name, "must have %d to %zu bytes", required, max);
		return NULL;
	}
	return json_string_value(value);
}

const char *fields_line(struct fields *f, const char *name, size_t max, bool required)
{
	const char *text = fields_text(f, name, max, required);
	for (const char *c = text; c != NULL && *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f) {
			fields_refuse(f, name, "must be one line");
			return NULL;
		}
	}
	return text;
}

int64_t fields_int(struct fields *f, const char *name, int64_t low, int64_t high, int64_t absent)
{
	const json_t *value = fields_get(f, name, absent == FIELDS_REQUIRED);
	if (value == NULL) {
		return absent;
	}
	if (!json_is_integer(value) || json_integer_value(value) < low ||
		json_integer_value(value) > high) {
		fields_refuse(f, name, "must be a whole number from %lld to %lld", (long long)low,
			(long long)high);
		return absent;
	}
	return json_integer_value(value);
}

double fields_real(struct fields *f, const char *name, double high)
{
	const json_t *value = fields_get(f, name, false);
	if (value == NULL) {
		return NAN;
	}
	const double number = json_number_value(value);
	if (!json_is_number(value) || number < 0 || number > high) {
		fields_refuse(f, name, "must be a number from 0 to %.0f", high);
		return NAN;
	}
	return number;
}

int fields_bool(struct fields *f, const char *name)
{
	const json_t *value = fields_get(f, name, false);
	if (value == NULL) {
		return -1;
	}
	if (!json_is_boolean(value)) {
		fields_refuse(f, name, "must be true or false");
		return -1;
	}
	return json_is_true(value);
}

const json_t *fields_array(struct fields *f, const char *name, size_t max)
{
	const json_t *value = fields_get(f, name, false);
	if (value != NULL && (!json_is_array(value) || json_array_size(value) > max)) {
		fields_refuse(f, name, "must be a list of at most %zu", max);
		return NULL;
	}
	return value;
}

const json_t *fields_object(struct fields *f, const char *name)
{
	const json_t *value = fields_get(f, name, false);
	if (value != NULL && !json_is_object(value)) {
		fields_refuse(f, name, "must be an object");
		return NULL;
	}
	return value;
}

bool hex_is(const char *text, size_t digits)
{
	return strlen(text) == digits && strspn(text, "0123456789abcdef") == digits;
}

const char *fields_sha256(struct fields *f, const char *name, bool required)
{
	const char *text = fields_text(f, name, 64, required);
	if (text != NULL && !hex_is(text, 64)) {
		fields_refuse(f, name, "must be a SHA-256 in 64 lower-case hex digits");
		return NULL;
	}
	return text;
}
