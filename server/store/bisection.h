/* Bisections: searches for the commit that brought a bug or took it away, their ranges, and what is
 * believed of each commit. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct run_changer;

enum { BISECTION_NONE = 2, BISECTION_BAD = 3, BISECTION_OTHER = 4 };

/* What somebody asks for; texts are borrowed, NULL where they are left open. */
struct bisection_new {
	const char *bug;
	const char *change; /* instead of a bug, and of all but the budget */
	const char *kind;   /* "broken" or "fixed" */
	const char *tree;
	const char *profile;
	const char *older; /* a branch, a tag or a hash */
	const char *newer;
	int64_t budget_minutes;
	int64_t token_id; /* 0: nobody */
};
/* 0: *id is it, one that runs already or a new one. BISECTION_BAD: *why (the caller frees) is a
 * word: no_bug, not_seen, no_older, no_newer, no_range; no_change, slope, false_alarm, one_commit.
 * Or DB_REFUSED or a fault. */
int bisection_add(
	struct db *db, const struct bisection_new *new, int64_t *id, bool *is_new, char **why);

/* Within a transaction: one that is to be looked at, nobody else's until the end. 0, BISECTION_NONE
 * or a fault. `profile` is owned (bisection_fini). */
struct bisection {
	int64_t id, tree_id, profile_id, token_id;
	bool is_fix;
	bool is_change; /* of numbers: its evidence has values */
	bool is_first;  /* its range is not laid out yet */
	char *profile;
	int64_t machines;
	int64_t ended; /* jobs of its own */
	double budget_minutes, used_minutes;
	double run_minutes, build_minutes; /* of one attempt */
	/* Attempts with the bug, and without, on commits outside of its range that have it. */
	double elsewhere_events, elsewhere_clean;
};
int bisection_next(struct db *db, struct bisection *out);
void bisection_fini(struct bisection *b);

/* Lays out its range unless it has more commits than `most`; *commits says how many it has. */
int bisection_fill(struct db *db, int64_t id, int64_t most, int64_t *commits);

/* Its commits, parents before children; the parents of commit i are parents[starts[i]] to
 * parents[starts[i + 1] - 1]. All owned (bisection_range_fini). */
struct bisection_range {
	size_t n;
	int64_t *commits;
	double *weights; /* of belief before anything was tried */
	size_t *starts, *parents;
};
int bisection_range_read(struct db *db, int64_t id, struct bisection_range *out);
void bisection_range_fini(struct bisection_range *range);

enum bisection_what {
	BISECTION_EVENT,
	BISECTION_CLEAN,
	BISECTION_VALUE,   /* of a change */
	BISECTION_BROKEN,  /* did not build or boot */
	BISECTION_PENDING, /* ordered, not ended */
};
struct bisection_evidence {
	size_t position;
	int64_t attempt_id; /* 0 while pending */
	enum bisection_what what;
	double exposure; /* NaN: unknown */
	bool is_own;     /* the search ordered it */
	double bits;     /* the caller's to fill */
	double value;    /* of a change, with the machine that made it */
	int64_t machine_id;
	bool is_after; /* it lies nearer to the newer end: the caller's to fill */
};
/* Oldest attempts first; the caller frees *out. */
int bisection_evidence_read(
	struct db *db, const struct bisection *b, struct bisection_evidence **out, size_t *n);

/* Names of machines that may run its attempts, those that gave values first; at most `most`. The
 * caller frees them. */
int bisection_machines(struct db *db, int64_t id, char **names, size_t most, size_t *n);

/* Begins one that a tree's policy has minutes for. 0, BISECTION_NONE or a fault. */
int bisection_begin(struct db *db);

/* What is known now. */
struct bisection_known {
	const char *state;
	double none, entropy;
	double needs_minutes;         /* NaN: unknown */
	double two;                   /* belief that two commits share it; NaN: not asked */
	size_t two_first, two_second; /* positions of the likeliest two */
	int64_t clean_runs;           /* in a row come once in a hundred where it is; 0: unknown */
	const double *beliefs;        /* of all commits */
	size_t n;
	const struct bisection_evidence *evidence;
	size_t n_evidence;
};
int bisection_keep(struct db *db, const struct bisection *b, const struct bisection_known *known);

/* Cancels the attempts that wait. */
int bisection_runs_cancel(struct db *db, int64_t id);

/* Ends one that runs. `id` is text of a URL. 0, BISECTION_NONE, BISECTION_OTHER (it is somebody
 * else's: *owner, the caller's, is who ordered it, NULL: Faultline itself) or a fault. */
int bisection_cancel(struct db *db, const char *id, const struct run_changer *by, char **owner);
