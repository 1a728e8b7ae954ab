/* Forms of pages, for people without JavaScript: a form is the API by other means. Its fields
 * become the JSON object that the API takes; who asks is who is signed in (http/session.h), and
 * what the API refuses is shown on the page that was filled in. */
#pragma once

#include <jansson.h>

#include "http/request.h"

struct db;

enum { FORM_BAD = 1 };

/* Reads the body. *out (json_decref) holds texts; empty fields are left out, those named in
 * `numbers` (NULL-ended) are integers where they can be, a name that comes again is a list.
 * Somebody who may order must be signed in, and the form be one of ours. FORM_BAD: the answer has
 * been made; *out is there all the same, unless the body was no form. 0, FORM_BAD or a fault. */
int form_read(struct request *req, struct db *db, struct response *res, const char *const *numbers,
	json_t **out);
/* The same, for whoever is signed in. */
int form_read_any(struct request *req, struct db *db, struct response *res,
	const char *const *numbers, json_t **out);
/* Only the fields, whoever sends them, from a page of ours as far as the browser says. 0 or
 * FORM_BAD: the answer has been made. */
int form_take(struct request *req, struct response *res, json_t **out);

/* An error's answer in `res` becomes the route's page again, with `error` and what was filled in
 * (`form`) in its data. 0 or a fault. */
int form_failed(struct request *req, struct db *db, struct response *res, const json_t *form);

/* The route's page with `form` and, where they are given, `error` and `preview` in its data. 0 or a
 * fault. */
int form_show(struct request *req, struct db *db, struct response *res, int status,
	const json_t *form, const char *error, json_t *preview);

/* Done: the browser goes on to a page of ours. Always 0. */
int form_done(struct response *res, const char *format, ...) __attribute__((format(printf, 2, 3)));
