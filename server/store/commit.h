/* Commits, who descends from whom, which trees hold them, and the order of each tree's first-parent
 * line. Commits are never taken away. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct db;

enum { COMMIT_HASH = 65 };

struct commit {
	char hash[COMMIT_HASH];
	char *subject; /* valid UTF-8 */
	char *author;  /* valid UTF-8 */
	int64_t authored_s;
	int64_t committed_s;
	char (*parents)[COMMIT_HASH];
	size_t n_parents;
};

/* Keeps commits of a tree with their parents, which are kept already or stand before their children
 * in the list. 0, DB_REFUSED or a fault. */
int commit_put(struct db *db, int64_t tree_id, const struct commit *commits, size_t n);

/* Hashes that the tree's branches and tags pointed at after the last fetch. The caller frees *out.
 * 0 or a fault. */
int commit_refs_list(struct db *db, int64_t tree_id, char (**out)[COMMIT_HASH], size_t *n);

struct commit_ref {
	char *name; /* valid UTF-8 */
	char hash[COMMIT_HASH];
};
/* Makes the tree's branches and tags these and no others. 0, DB_REFUSED or a fault. */
int commit_refs_put(struct db *db, int64_t tree_id, const struct commit_ref *refs, size_t n);

/* Makes the tree's first-parent line these hashes, the root first. What is there already stays
 * unless history was rewritten. 0, DB_REFUSED or a fault. */
int commit_line_put(struct db *db, int64_t tree_id, const char (*hashes)[COMMIT_HASH], size_t n);
