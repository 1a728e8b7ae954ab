/* Suspect x fix: ordered by anybody, its four rates, and what they say. */
#pragma once

#include <jansson.h>

struct db;
struct request;
struct response;

/* For the page: rates of the four, what the suspect and the fix do, and the interaction. */
int page_crossing_add(struct request *req, struct db *db, json_t *page);
/* POST of crossings: bug, suspect, fix, base, tree, profile, attempts. */
int page_crossing_order(struct request *req, struct db *db, struct response *res);
/* POST of /bugs/{id}/crossings: the same from a bug's or a bisection's page. */
int page_crossing_form(struct request *req, struct db *db, struct response *res);
