/* Typed reading of a JSON object that a client sent. The first bad field is answered with 400,
 * naming it; afterwards everything reads as absent, so that handlers read all and check once. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "http/request.h"

struct fields {
	const json_t *object;
	struct response *res;
	const char *within; /* "machine." before the names in messages; "" at the top */
	bool is_bad;        /* an answer has been made */
};

/* Parses the body: an object, strict JSON, no key twice. *root (json_decref) owns what the texts
 * below point into. Positive: the answer has been made. */
enum { FIELDS_BAD = 1 };
int fields_parse(
	const struct request *req, struct response *res, json_t **root, struct fields *out);

/* `known`: NULL-ended list; another key is an error, since it is a typing mistake. */
void fields_only(struct fields *f, const char *const *known);

/* NULL when absent or null; `required` makes that an error. Texts are 1 to `max` bytes. */
const char *fields_text(struct fields *f, const char *name, size_t max, bool required);
/* The same, of one line: what becomes a title, a subject or a name holds no control characters. */
const char *fields_line(struct fields *f, const char *name, size_t max, bool required);
/* `absent` when absent or null, unless that is FIELDS_REQUIRED. */
#define FIELDS_REQUIRED INT64_MIN
int64_t fields_int(struct fields *f, const char *name, int64_t low, int64_t high, int64_t absent);
/* From 0 to `high`; NaN when absent or null. */
double fields_real(struct fields *f, const char *name, double high);
/* -1 when absent or null. */
int fields_bool(struct fields *f, const char *name);
/* NULL when absent or null. */
const json_t *fields_array(struct fields *f, const char *name, size_t max);
const json_t *fields_object(struct fields *f, const char *name);
/* 64 lower-case hex digits. */
const char *fields_sha256(struct fields *f, const char *name, bool required);

/* Makes the answer: "field 'within.name': " and the message. */
void fields_refuse(struct fields *f, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

bool hex_is(const char *text, size_t digits);
