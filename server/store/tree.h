/* Trees and profiles as people add them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

enum { TREE_EXISTS = 2, TREE_NONE = 3, TREE_BAD = 4 };

/* Adds a git tree; its first fetch is asked for. `family` NULL: that of all trees of which nothing
 * is said. 0, TREE_EXISTS, TREE_BAD (db_refusal says why) or a fault. */
int tree_add(struct db *db, const char *name, const char *url, const char *branch,
	const char *web_url, const char *family);
/* Puts a tree into another family: its reports go to that family's bugs, which get the titles that
 * brought them here. 0, TREE_NONE, TREE_BAD or a fault. */
int tree_family(struct db *db, const char *name, const char *family, int64_t token_id);
/* Asks the watcher to fetch it now. 0, TREE_NONE or a fault. */
int tree_refresh(struct db *db, const char *name);
/* Is there a git tree of this name? 0 or a fault. */
int tree_is_known(struct db *db, const char *name, bool *is_known);
/* The trees as JSON text: columns of api_trees. 0 or a fault; the caller frees *out. */
int tree_list(struct db *db, char **out);

enum { PROFILE_SAME = 2, PROFILE_TAKEN = 3, PROFILE_BAD = 4 };

/* Adds a profile from its columns as a JSON object. 0, PROFILE_SAME (it is there already, the
 * same), PROFILE_TAKEN (the name belongs to another), PROFILE_BAD (db_refusal says why) or a fault.
 */
int profile_add(struct db *db, const char *json);
