/* Which trees are to be fetched, and how the last fetch went. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct db;

enum { TREE_WATCH_NONE = 2 };

/* Strings are owned; tree_watches_free frees all. */
struct tree_watch {
	int64_t id;
	char *name;
	char *url;
	char *branch;
	char began_at[40]; /* when its fetch began; set by tree_watch_begin */
};

/* Trees that are due: asked for, or not tried for `refresh_s` seconds (0: only when asked for). 0
 * or a fault. */
int tree_watch_list(struct db *db, int64_t refresh_s, struct tree_watch **out, size_t *n);
void tree_watches_free(struct tree_watch *list, size_t n);

/* A fetch begins, and no other process fetches this tree until tree_watch_end or the end of the
 * connection. 0, TREE_WATCH_NONE (another does, or the tree is gone), or a fault. */
int tree_watch_begin(struct db *db, struct tree_watch *tree);
int tree_watch_end(struct db *db, const struct tree_watch *tree);

/* Within a transaction: its history is copied by nobody else until the end. 0, TREE_WATCH_NONE (the
 * tree is gone) or a fault. */
int tree_watch_copy(struct db *db, const struct tree_watch *tree);

/* It went well. 0 or a fault. */
int tree_watch_done(struct db *db, const struct tree_watch *tree);
/* It did not; `why` is for people. 0 or a fault. */
int tree_watch_fail(struct db *db, const struct tree_watch *tree, const char *why);
