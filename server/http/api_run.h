/* Ordering runs and taking the order back. Reading them is a query in routes.c. */
#pragma once

#include "http/request.h"

struct db;

/* POST /api/v1/runs → 202 and the run. */
int api_run_order(struct request *req, struct db *db, struct response *res);
/* POST /api/v1/runs/{id}/cancel → 200 and the run. */
int api_run_cancel(struct request *req, struct db *db, struct response *res);
/* POST /api/v1/runs/{id}/priority → 200 and the run. */
int api_run_priority(struct request *req, struct db *db, struct response *res);
