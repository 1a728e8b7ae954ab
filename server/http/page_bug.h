/* Rates of bugs, per million migrations. */
#pragma once

#include "http/request.h"

struct db;

/* Each object of the page with `k` and `exposure` gets the texts (or nulls) rate, rate_low and
 * rate_high. */
int page_bug_add(struct request *req, struct db *db, json_t *page);

/* The same, and "life": what people have decided about the bug of the path. A query of its own, so
 * that neither makes the other's plan worse. */
int page_bug_life_add(struct request *req, struct db *db, json_t *page);
