/* What operators and their tools ask of the server itself. */
#pragma once

#include "http/request.h"

struct db;

/* GET /healthz: the process answers, whatever its database does. */
int api_alive(struct request *req, struct db *db, struct response *res);
/* GET /readyz, GET /api/v1/health: the database answers too; else 503. */
int api_health(struct request *req, struct db *db, struct response *res);
/* GET /metrics, in the text format of Prometheus. */
int api_metrics(struct request *req, struct db *db, struct response *res);
/* GET /api/v1/openapi.json */
int api_openapi(struct request *req, struct db *db, struct response *res);
