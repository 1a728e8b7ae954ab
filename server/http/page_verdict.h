/* Fixed or masked? What was tried of a bug on two sides, by stratum, and which of the six answers
 * that is; and the work that would settle it, queued by a button or a call. The sides are words of
 * the address (side_revisions in SQL): any two revisions, ranges or runs. */
#pragma once

#include <jansson.h>

#include "http/request.h"

struct db;

/* Judges the page's "cells": adds "judged" (numbers, as verdict_json.h has them), "thresholds",
 * "said" (words), "status", a flag "says_ANSWER", and "more" when work would settle it. 0 or a
 * fault. */
int page_verdict_add(struct request *req, struct db *db, json_t *page);

/* Judges each of the "ranges" of a bug's page, its first to its last commit against what came
 * behind: adds "verdict" with "judged", "said", "status" and "says_ANSWER". 0 or a fault. */
int page_verdict_ranges(struct db *db, json_t *page);

/* POST /api/v1/bugs/{id}/verdict {"tree", "before", "after"}, each may be left out → 202, the run.
 */
int page_verdict_order(struct request *req, struct db *db, struct response *res);
/* POST /bugs/{id}/verdict, from the form → 303 to the run. */
int page_verdict_form(struct request *req, struct db *db, struct response *res);
