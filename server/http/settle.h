/* Ordering the work that a page of a bug says would settle a question: a run like any other, by
 * whoever has a trigger token. */
#pragma once

#include <stdint.h>

#include "http/request.h"

struct db;

/* Attempts that one order queues at most: a page says what is missing from numbers that the first
 * of them will change. */
enum { SETTLE_ATTEMPTS_MAX = 100 };

struct settle {
	const char *title; /* of the run */
	/* What makes two orders the same: sent twice, the second answers the first's run. */
	const char *key;
	int64_t token_id;
	int64_t tree_id;
	int64_t revision_id; /* 0: the plain one of commit_id */
	int64_t commit_id;
	int64_t profile_id;
	int64_t attempts;    /* 1 to SETTLE_ATTEMPTS_MAX */
	const char *machine; /* the only one that may; NULL: any */
};

/* 0 and *run_id, DB_REFUSED or a fault. */
int settle_order(struct db *db, const struct settle *what, int64_t *run_id);

/* 202 with the run and its address. 0 or a fault. */
int settle_answer(struct db *db, struct response *res, int64_t run_id);

/* Whole attempts of `duration_s` that take so many seconds together, within the limits; 1 where
 * `seconds` is no number. */
int64_t settle_attempts(double seconds, int64_t duration_s);
