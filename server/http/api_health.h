/* What operators and their tools ask of the server itself. */
#pragma once

#include "http/request.h"

struct db;

/* GET /api/v1/health */
int api_health(struct request *req, struct db *db, struct response *res);
/* GET /metrics, in the text format of Prometheus. */
int api_metrics(struct request *req, struct db *db, struct response *res);
/* GET /api/v1/openapi.json */
int api_openapi(struct request *req, struct db *db, struct response *res);
