/* A run ordered from a page. */
#pragma once

#include "http/request.h"

struct db;

/* POST /runs: the fields of POST /api/v1/runs, with one `patch` for `patches`. */
int form_run(struct request *req, struct db *db, struct response *res);
