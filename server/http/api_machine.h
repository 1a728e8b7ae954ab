/* What operators do with machines. */
#pragma once

#include "http/request.h"

struct db;

/* POST /api/v1/machines/{name}/state {"state":"active|maintenance|draining|retired"} */
int api_machine_state(struct request *req, struct db *db, struct response *res);
/* POST /api/v1/machines/{name}/token {"token":"NAME"} */
int api_machine_token(struct request *req, struct db *db, struct response *res);
