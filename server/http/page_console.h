/* A window of an attempt's console, as lines. */
#pragma once

#include "http/request.h"

struct db;

/* Adds lines, next_offset and previous_offset to the page. 0 or a fault. */
int page_console_add(struct request *req, struct db *db, json_t *page);

/* One line as people may read it: valid UTF-8 without control bytes and escape sequences. Owned by
 * the caller. */
char *page_console_text(const char *bytes, size_t size);
