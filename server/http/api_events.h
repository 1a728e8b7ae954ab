/* GET /api/v1/events[?attempt=ID]: what happens, as it happens (text/event-stream). */
#pragma once

#include "http/request.h"

struct db;

int api_events(struct request *req, struct db *db, struct response *res);
