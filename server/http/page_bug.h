/* Rates of bugs, per million migrations. */
#pragma once

#include <jansson.h>

#include "http/request.h"

struct db;

/* Each object of the page with `k` and `exposure` gets the texts (or nulls) rate, rate_low and
 * rate_high. */
int page_bug_add(struct request *req, struct db *db, json_t *page);

/* A rate per unit of work as pages show it, per million: a text. */
json_t *page_bug_rate(double per_unit);

/* The same, and "life": what people have decided about the bug of the path. A query of its own, so
 * that neither makes the other's plan worse. And each range gets
 * "verdict": whether it is fixed or masked there. */
int page_bug_life_add(struct request *req, struct db *db, json_t *page);
