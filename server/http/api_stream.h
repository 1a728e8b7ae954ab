/* The streams of an attempt: console, samples, build log. */
#pragma once

#include "http/request.h"

struct db;

/* PUT /api/v1/runner/attempts/{id}/streams/{name}?offset=N[&gap_end=M] */
int api_stream_put(struct request *req, struct db *db, struct response *res);
/* GET /api/v1/attempts/{id}/streams/{name}[?offset=N[&limit=M]], or with Range. */
int api_stream_get(struct request *req, struct db *db, struct response *res);
