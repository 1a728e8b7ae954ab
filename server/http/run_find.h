/* What an order asks for, found and kept, in the caller's transaction. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "store/run.h"

struct db;
struct response;
struct run_request;

struct run_found {
	int64_t tree_id;
	char *commits; /* ids, as JSON text */
	int64_t commit_count;
	char *what;       /* in words, for the run's title */
	json_t *patches;  /* hashes */
	json_t *subjects; /* of the patches */
	json_t *reverts;  /* full hashes */
	struct run_profiles profiles;
};
void run_found_fini(struct run_found *found);

/* run_found_fini frees *out in any case. 0, RUN_FIND_ANSWERED (something is not there: the answer
 * says what and what to do) or a fault. */
enum { RUN_FIND_ANSWERED = 1 };
int run_find(
	struct db *tx, struct response *res, const struct run_request *want, struct run_found *out);
