/* What people decide about bugs, and what follows from it. Each order is one transaction under the
 * lock of the bug's family, is written into the lives of the bugs it touches, and changes nothing
 * when it says what is so already: it may be sent again. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

/* A bug as it stands. bug_fini frees its texts. */
struct bug {
	int64_t id;
	char *title;
	char *type;
	char *family;
	char *state;
	int64_t version;
	int64_t duplicate_of; /* 0: of none */
	bool has_fix;
	int64_t n_titles;
};

/* BUG_STALE: it has changed since order.version. BUG_WRONG: *why says why it cannot be. */
enum { BUG_NONE = 2, BUG_STALE = 3, BUG_WRONG = 4 };

/* 0, BUG_NONE or a fault. */
int bug_get(struct db *db, int64_t id, struct bug *out);
void bug_fini(struct bug *bug);
#define _bug_ __attribute__((cleanup(bug_fini)))

/* All pointers are borrowed for the call. */
struct bug_order {
	const char *action;  /* apart, open, invalid, duplicate, join, split, fix, unfix, needless,
			      needed */
	int64_t bug_id;      /* what it is about */
	int64_t other_id;    /* duplicate: of which; join: which one comes in; apart: from which */
	const char *title;   /* fix: the commit's title; NULL when sha says it */
	const char *sha;     /* fix: its hash, from 7 digits on; NULL: the title alone */
	const char *tree;    /* fix: only in this tree it is called so; NULL: in all others.
			      needless, needed: the tree that needs no fix, or does */
	const char **titles; /* split: these titles, with the reports that carry them … */
	size_t n_titles;     /* */
	int64_t *attempts;   /* … or the reports of these attempts */
	size_t n_attempts;   /* */
	int64_t token_id;    /* who */
	const char *note;    /* why; "" when nothing is said */
	int64_t version;     /* of the bug as the person saw it; 0: whatever it is */
};

/* What came of it. `why` is owned. */
struct bug_answer {
	int64_t bug_id; /* what to look at now: the bug, or the one that was split off */
	bool is_made;   /* it was made for this order */
	char *why;      /* BUG_WRONG: for people */
};

/* 0, BUG_NONE, BUG_STALE, BUG_WRONG or a fault. An unknown action is BUG_WRONG. */
int bug_order(struct db *db, const struct bug_order *order, struct bug_answer *answer);

/* Bugs that the reports of an attempt show to be one become one, unless a person has had a word in
 * it. Within a transaction that has counted nothing yet (store/tally.h). 0 or a fault. */
int bug_join_met(struct db *db, int64_t attempt_id, const char *claimed_at);

/* For the files of the single orders. BUG_SAME: it is so already. */
enum { BUG_SAME = 5 };
bool bug_is(const struct bug *bug, const char *state);
/* The other bug of an order: there, not itself, of the same family; else BUG_WRONG, or a fault.
 * *other is owned. */
int bug_other(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug *other, struct bug_answer *answer);
/* Takes `why`; answers BUG_WRONG. */
int bug_wrong(struct bug_answer *answer, char *why);
/* Counts two bugs anew behind a move from one to the other. */
int bug_tally_two(struct db *db, int64_t a, int64_t b);
/* Writes a change of a bug's life. `state` NULL: it stays. 0 or a fault. */
int bug_mark(struct db *db, const struct bug_order *order, const struct bug *bug,
	const char *action, const char *state, int64_t other_id, const char *detail);
