/* Pages and plain JSON: one query gives the data, one template the markup. */
#pragma once

#include <stdbool.h>

#include "http/request.h"

struct db;

/* Answers a route that has a query. 0 or a fault. */
int page_answer(struct request *req, struct db *db, struct response *res);

/* The data of the route's page; *out (json_decref) stays NULL where an answer has been made (404).
 * 0 or a fault. */
int page_load(struct request *req, struct db *db, struct response *res, json_t **out);
/* The route's template with these data. 0 or a fault. */
int page_show(const struct request *req, struct response *res, int status, json_t *page);

/* Any template with these data and what every page has; *body is the caller's. 0 or a fault. */
int page_render(
	const struct request *req, const char *name, json_t *page, char **body, size_t *size);

/* Text as it stands behind = in an address. Owned by the caller. */
char *page_coded(const char *text);

/* The type of pages. */
extern const char page_html[];

/* ?format=json */
bool page_wants_json(const struct request *req);

/* Every template of the routes table fits: 0 or a fault, at the start. */
int page_check(void);
