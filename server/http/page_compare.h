/* The compare page's judgements: of each bug whether it is fixed or masked, of each number whether
 * it moved. */
#pragma once

#include "http/request.h"

struct db;

/* Each of the page's `bugs` gets the texts of its verdict out of its `cells`, each of its `numbers`
 * its shift with interval out of both sides' values, which are taken out. Numbers are held against
 * noise together: is_moved means that at most 5 % of those called so are noise. */
int page_compare_add(struct request *req, struct db *db, json_t *page);
