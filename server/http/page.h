/* Pages and plain JSON: one query gives the data, one template the markup. */
#pragma once

#include <stdbool.h>

#include "http/request.h"

struct db;

/* Answers a route that has a query. 0 or a fault. */
int page_answer(struct request *req, struct db *db, struct response *res);

/* ?format=json */
bool page_wants_json(const struct request *req);

/* Turns an error's JSON into a page for people. */
void page_error(const struct request *req, struct response *res);

/* Every template of the routes table fits: 0 or a fault, at the start. */
int page_check(void);
