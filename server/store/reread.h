/* Passes over consoles and build logs that an older reader has read: what they find is kept in
 * tables, so that a pass that was stopped goes on, and what it says does not have to fit into
 * memory. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/bug.h"

struct db;

enum { REREAD_BUSY = 2 };
enum { REREAD_BATCH = 256 };

/* What is asked for. */
struct reread_wish {
	bool is_applied;    /* else a preview */
	bool is_all;        /* what this version has read too */
	int64_t attempt_id; /* only this one; 0: any */
	const char *since;  /* claimed since then, as PostgreSQL reads times; NULL: any */
	const char *actor;  /* who asks */
};

struct reread {
	const struct reread_wish *wish;
	int version;       /* of the reader of consoles */
	int build_version; /* of that of build logs */
	int64_t id;
	int64_t last_attempt_id; /* the pass has come so far */
};

/* Begins a pass, or goes on with one that was stopped: `out` has wish and versions, and gets the
 * rest. 0, REREAD_BUSY (another connection is at it), DB_REFUSED (no such time) or a fault. */
int reread_begin(struct db *db, struct reread *out);

/* What of an attempt is to be read again. */
struct reread_item {
	int64_t attempt_id;
	bool has_console;
	bool has_build;
};

/* The next attempts behind last_attempt_id, at most REREAD_BATCH; *n 0: that was all. 0 or a
 * fault. */
int reread_next(struct db *db, const struct reread *pass, struct reread_item *items, size_t *n);

/* In a preview: the bug of a report by what was read before it. Neither *bug_id nor *new_bug
 * (owned, the title of a bug that would be made): none of its titles was met. *is_own: by its own
 * title. 0 or a fault. */
int reread_bug_find(struct db *db, const struct reread *pass, int64_t attempt_id,
	const struct occurrence *occurrence, int64_t *bug_id, char **new_bug, bool *is_own);

/* In a preview: the report's titles would become those of a bug: `bug_id`, or where that is 0 the
 * one that would be made as `new_bug`. 0 or a fault. */
int reread_title_add(struct db *db, const struct reread *pass, int64_t attempt_id,
	const struct occurrence *occurrence, int64_t bug_id, const char *new_bug);

/* One report that reads otherwise. Strings are borrowed; absent ones NULL, absent bugs 0. */
struct reread_change {
	int64_t start_byte;
	const char *kind; /* added, removed, retitled, moved */
	const char *old_title;
	const char *new_title;
	int64_t old_bug_id;
	int64_t new_bug_id;
	const char *new_bug;
};
/* A console or a build log of an attempt is done. */
struct reread_done {
	int64_t attempt_id;
	bool is_build;
	const struct reread_change *list;
	size_t n;
	int64_t rewritten; /* reports that differ in details only */
};
int reread_keep(struct db *db, const struct reread *pass, const struct reread_done *done);

/* The pass has come through. 0 or a fault. */
int reread_end(struct db *db, const struct reread *pass);

/* JSON texts for the operator, owned by the caller: what the pass found; who has read which
 * consoles and logs, of which only the versions of `pass` are asked. 0 or a fault. */
int reread_show(struct db *db, const struct reread *pass, char **out);
int reread_older(struct db *db, const struct reread *pass, char **out);
