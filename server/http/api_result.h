/* How an attempt ended, as its runner says. */
#pragma once

#include "http/request.h"

struct db;

/* POST /api/v1/runner/attempts/{id}/result; the same body again is known and changes nothing. */
int api_result(struct request *req, struct db *db, struct response *res);
