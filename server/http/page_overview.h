/* How sure it is that a bug was not there before the commit that it was first seen at. */
#pragma once

#include "http/request.h"

struct db;

/* Each bug of the page gets its rate (as page_bug_add), and from its "cells" a "sure": {"is_sure":
 * bool, "chance": text}; "sure" is null where its profiles tried nothing on one of the sides. */
int page_overview_add(struct request *req, struct db *db, json_t *page);
