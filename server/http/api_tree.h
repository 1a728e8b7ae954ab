/* Adding trees and asking for a fetch. Reading them is a query in routes.c. */
#pragma once

#include "http/request.h"

struct db;

/* POST /api/v1/trees → 201. */
int api_tree_add(struct request *req, struct db *db, struct response *res);
/* POST /api/v1/trees/{name}/refresh → 202. */
int api_tree_refresh(struct request *req, struct db *db, struct response *res);
/* POST /api/v1/trees/{name}/family → 200. */
int api_tree_family(struct request *req, struct db *db, struct response *res);
