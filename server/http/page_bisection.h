/* The graph of commits beside a search's beliefs. */
#pragma once

#include <jansson.h>

struct db;
struct request;

/* For the page: "graph" of each commit of "line", by "links", which it takes away. 0. */
int page_bisection_add(struct request *req, struct db *db, json_t *page);
