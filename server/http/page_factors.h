/* Which factor? The conditions under which a bug was tried, held against each other
 * (stats/factor.h), with what to run next to settle the open ones, queued by a button or a call. */
#pragma once

#include <jansson.h>

#include "http/request.h"
#include "stats/factor.h"

struct db;

/* Levels of one factor, at most: where it has more, as a fleet has machines, each was tried too
 * little for an answer. */
enum { FACTORS_LEVELS_MAX = 16 };

/* The page's "rows" as stats/factor.h takes them: of the factors that have 2 to FACTORS_LEVELS_MAX
 * levels. */
struct factors {
	const json_t *data; /* borrowed */
	struct factor list[FACTOR_MAX];
	size_t column[FACTOR_MAX];                          /* of each, its place in "levels" */
	const char *levels[FACTOR_MAX][FACTORS_LEVELS_MAX]; /* borrowed */
	size_t count;
	struct factor_row *rows;
	size_t row_count;
	struct factor_finding *findings;
	size_t finding_count;
};

void factors_find(const json_t *data, struct factors *out);
void factors_fini(struct factors *factors);

/* Adds "tables" to the page: each factor's levels with "status", rates and what is said of them. 0
 * or a fault. */
int page_factors_add(struct request *req, struct db *db, json_t *page);

/* POST /api/v1/bugs/{id}/factors {"tree"} → 202 with the runs, at most ten; 409: all is settled. */
int page_factors_order(struct request *req, struct db *db, struct response *res);
/* POST /bugs/{id}/factors, from the form → 303 to the runs. */
int page_factors_form(struct request *req, struct db *db, struct response *res);
