/* Ordering runs. Reading them is a query in routes.c. */
#pragma once

#include <stdint.h>

#include "http/request.h"

struct db;

/* POST /api/v1/runs → 202 and the run. */
int api_run_order(struct request *req, struct db *db, struct response *res);
/* The run as an answer, or 404. 0 or a fault. */
int api_run_answer(struct db *db, struct response *res, int64_t id, int status);
