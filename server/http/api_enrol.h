/* Where a machine's runner gives a one-time token for its own. */
#pragma once

#include "http/request.h"

struct db;

/* POST /api/v1/runner/enrol */
int api_enrol(struct request *req, struct db *db, struct response *res);
