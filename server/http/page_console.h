/* A window of an attempt's console, as lines. */
#pragma once

#include "http/request.h"

struct db;

/* Adds lines, next_offset and previous_offset to the page. 0 or a fault. */
int page_console_add(struct request *req, struct db *db, json_t *page);
