/* What is tested of a tree by itself, as people set it. */
#pragma once

#include "http/request.h"

struct db;

/* PUT /api/v1/trees/{name}/policy → 200 and the policy. */
int api_policy(struct request *req, struct db *db, struct response *res);
/* POST /trees/{name}: the same from the page's form. */
int form_policy(struct request *req, struct db *db, struct response *res);
