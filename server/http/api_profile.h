/* Adding profiles. Reading them is a query in routes.c. */
#pragma once

#include "http/request.h"

struct db;

/* POST /api/v1/profiles → 201; 200 when the very same is there already; 409 when the name belongs
 * to another. */
int api_profile_add(struct request *req, struct db *db, struct response *res);
