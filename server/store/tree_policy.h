/* What is tested of a watched tree without anybody asking. */
#pragma once

#include <stdint.h>

struct db;

enum { POLICY_NONE = 2, POLICY_BAD = 3, POLICY_UNKNOWN = 4 };

/* Sets a git tree's policy from its columns as a JSON object, profiles by name. 0; POLICY_NONE (no
 * such tree); POLICY_BAD (db_refusal says why); POLICY_UNKNOWN (*unknown, the caller's, names
 * profiles that are not there); or a fault. */
int tree_policy_put(
	struct db *db, const char *name, const char *json, int64_t token_id, char **unknown);

/* Plans one commit; *run is its run, with so many jobs. 0, POLICY_NONE (nothing is to be planned
 * now) or a fault. */
int tree_policy_plan(struct db *db, int64_t *run, int64_t *jobs);
