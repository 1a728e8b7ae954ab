/* Subscriptions: who is told of what, and how. */
#pragma once

#include <stdint.h>

struct db;

enum {
	SUBSCRIPTION_NONE = 2,
	SUBSCRIPTION_STALE = 3, /* somebody has changed it meanwhile */
	SUBSCRIPTION_UNKNOWN_TREE = 4,
	SUBSCRIPTION_UNKNOWN_PROFILE = 5,
};

/* Adds one (*id 0), or changes what was read at *version; `fields` is a JSON object as
 * db/queries/subscription_put.sql names them. 0 with the new id and version, and a new webhook's
 * *secret (the caller frees; else NULL), SUBSCRIPTION_…, DB_REFUSED (the name is taken, or the
 * schema's other rules) or a fault. */
int subscription_put(struct db *db, int64_t *id, int64_t *version, const char *fields,
	int64_t token_id, char **secret);

/* The fields of the one with this id (text of a URL), owned by the caller. 0, SUBSCRIPTION_NONE or
 * a fault. */
int subscription_find(
	struct db *db, const char *id, int64_t *number, int64_t *version, char **fields);
