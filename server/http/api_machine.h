/* What operators do with machines. */
#pragma once

#include "http/request.h"

struct db;

/* POST /api/v1/machines/{name}/health {"health":"good|unknown|looping|bad","note":TEXT}
 * POST …/slots {"slots":NUMBER|null}; POST …/state {"state":"active|maintenance|draining|retired"}
 */
int api_machine_order(struct request *req, struct db *db, struct response *res);
/* The same from the machine's page: fields action, and the action's own. */
int form_machine(struct request *req, struct db *db, struct response *res);
/* POST /api/v1/machines/{name}/token {"token":"NAME"} */
int api_machine_token(struct request *req, struct db *db, struct response *res);
