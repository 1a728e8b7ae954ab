/* What runners call while they work: /api/v1/runner/…. */
#pragma once

#include "http/request.h"

struct db;

int api_register(struct request *req, struct db *db, struct response *res);
int api_claim(struct request *req, struct db *db, struct response *res);
int api_confirm(struct request *req, struct db *db, struct response *res);
int api_heartbeat(struct request *req, struct db *db, struct response *res);
