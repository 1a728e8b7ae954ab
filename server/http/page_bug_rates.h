/* How often a bug came, commit by commit: a rate with its exact interval for each, so that what has
 * become rarer is told from what is gone: silence has an upper bound, and it stands there. */
#pragma once

#include <jansson.h>

#include "http/request.h"

struct db;

/* Adds the rates, "svg" (paths of the picture) and "rows" (the newest commits, first). 0. */
int page_bug_rates_add(struct request *req, struct db *db, json_t *page);
