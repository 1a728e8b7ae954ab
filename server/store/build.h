/* Builds whose logs were read: what each of them made. */
#pragma once

#include <stdint.h>

struct array;
struct db;

enum { BUILD_NONE = 2 };

/* *why is what the runner says of a build that failed, NULL for one that did not; the caller frees.
 * 0; BUILD_NONE: the attempt ended with no kernel's result, so that its log says nothing of it;
 * DB_REFUSED or a fault. */
int build_find(struct db *db, int64_t attempt_id, char **why);

/* Keeps what the attempt's build made; `objects` NULL: more than is kept. 0, DB_REFUSED or a fault.
 */
int build_put(struct db *db, int64_t attempt_id, struct array *objects);
