/* What people decide about bugs: the same orders from the API, in JSON, and from the form on a
 * bug's page, which carries its token as a field. No cookie is ever looked at, so no other site can
 * order in somebody's name. */
#pragma once

#include "http/request.h"

struct db;

/* POST /api/v1/bugs/{id}/ACTION → 200 with the bug as it is then; 201 for a split that made one. */
int api_bug_order(struct request *req, struct db *db, struct response *res);
/* POST /bugs/{id}, from the form → 303 to the bug's page. */
int form_bug(struct request *req, struct db *db, struct response *res);
