/* The steps of an attempt, as heartbeats and results carry them. */
#pragma once

#include "http/fields.h"
#include "store/array.h"

struct db;

/* Thirty years: what steps and builds are said to have taken, at most. */
#define STEPS_SECONDS_MAX 1e9

struct steps {
	struct array names;
	struct array starts;
	struct array seconds;
};
void steps_fini(struct steps *steps);
#define _steps_ __attribute__((cleanup(steps_fini)))

/* Reads "steps" of the object; *out is made in any case. */
void steps_take(struct fields *f, struct steps *out);
/* Keeps them. 0 (perhaps the answer is a 400) or a fault. */
int steps_put(struct db *db, struct response *res, int64_t attempt_id, struct steps *steps);

/* {id} of the path. Positive: the answer has been made. */
int steps_attempt(const struct request *req, struct response *res, int64_t *id);
