/* Runs that settle a question which numbers leave open: more attempts of one kernel under one
 * profile. Pages order them for people, the planner for idle machines. */
#pragma once

#include <stdint.h>

struct db;

/* Attempts that one order queues at most: what is missing is said from numbers that the first of
 * them will change. */
enum { SETTLE_ATTEMPTS_MAX = 100 };

struct settle {
	const char *title; /* of the run */
	/* What makes two orders the same: sent twice, the second answers the first's run. */
	const char *key;
	int64_t token_id; /* 0: nobody */
	int64_t tree_id;
	int64_t revision_id; /* 0: the plain one of commit_id */
	int64_t commit_id;
	int64_t profile_id;
	int64_t attempts;    /* 1 to SETTLE_ATTEMPTS_MAX */
	int64_t urgency;     /* 0: as what people ask for (store/urgency.h) */
	const char *machine; /* the only one that may; NULL: any */
};

/* 0 and *run_id, DB_REFUSED or a fault. */
int settle_order(struct db *db, const struct settle *what, int64_t *run_id);
/* The same within a transaction, whatever the key; that may be NULL. */
int settle_run(struct db *tx, const struct settle *what, int64_t *run_id);

/* The conditions of `what` (its revision and profile) but for one factor, as page_bug_factors.sql
 * calls it, in which they become as others are: another profile's, machine's or commit's. The
 * profile is made where there is none. 0, SETTLE_NONE (no such conditions are possible) or a fault.
 */
enum { SETTLE_NONE = 2 };
int settle_conditions(struct db *db, const char *factor, int64_t level_revision_id,
	int64_t level_profile_id, const char *level_machine, struct settle *what);

/* Whole attempts of `duration_s` that take so many seconds together, within the limits; 1 where
 * `seconds` is no number. */
int64_t settle_attempts(double seconds, int64_t duration_s);
