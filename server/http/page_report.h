/* Crash reports as pages show them: line by line, with the places in the source behind the frames.
 */
#pragma once

#include <jansson.h>

#include "http/request.h"

struct db;

/* The place of the frame that stands in a line; NULL: none. `places` is what page_places() of the
 * database answers, or null. Borrowed. */
json_t *report_place(const json_t *places, const char *text);

/* Gives each object of the page that has "text" and "places" the list "lines", each {"text",
 * "place" (or null)}. */
void report_lines(json_t *page);

/* The same as a route's adder. */
int page_report_add(struct request *req, struct db *db, json_t *page);
