/* Whose machines and attempts are: a runner's token speaks only for the machines it registered, and
 * for their attempts, since a runner that is broken or taken over must not spoil what others
 * measure. An admin's token may speak for any. */
#pragma once

#include <stdint.h>

#include "http/request.h"

struct db;

/* The answer has been made: 403 (or 404). */
enum { OWNER_OTHER = 4 };

/* May the caller speak for a machine whose token's id this is (0: nobody's)? 0 or OWNER_OTHER. */
int owner_machine(
	const struct request *req, struct response *res, const char *machine, int64_t token_id);

/* May the caller write what this attempt says? From here on the thread's lines are about it. 0,
 * OWNER_OTHER or a fault. */
int owner_attempt(
	const struct request *req, struct db *db, struct response *res, int64_t attempt_id);
