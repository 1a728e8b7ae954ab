/* Which factor? The conditions under which a bug was tried, held against each other
 * (stats/factor.h), with what to run next to settle the open ones, queued by a button or a call. */
#pragma once

#include <jansson.h>

#include "http/request.h"

struct db;

/* Adds "tables" to the page: each factor's levels with "status", rates and what is said of them. 0
 * or a fault. */
int page_factors_add(struct request *req, struct db *db, json_t *page);

/* POST /api/v1/bugs/{id}/factors {"tree"} → 202 with the runs, at most ten; 409: all is settled. */
int page_factors_order(struct request *req, struct db *db, struct response *res);
/* POST /bugs/{id}/factors, from the form → 303 to the runs. */
int page_factors_form(struct request *req, struct db *db, struct response *res);
