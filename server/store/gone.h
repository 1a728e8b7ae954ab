/* Bugs that are gone: what was tried of a tree's unsettled bugs while they came and behind that,
 * and which of them silence is enough for. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct db;

enum { GONE_NONE = 2 };

/* One stratum of one bug: a profile, and what its counters count. */
struct gone_cell {
	int64_t bug_id;
	int64_t last_id;  /* the last commit with it */
	int64_t first_id; /* the first behind that was tried */
	double before_events, before_exposure, before_seconds;
	double after_exposure, after_seconds;
};

/* Within a transaction: a tree to look at. 0, GONE_NONE or a fault. */
int gone_next(struct db *db, int64_t *tree_id);
/* Its strata, those of a bug behind each other; the caller frees. */
int gone_cells(struct db *db, int64_t tree_id, struct gone_cell **out, size_t *n);

/* The bug of `cell` is gone: in so much work, where so many were due, so sure. 0, DB_REFUSED or a
 * fault. */
int gone_put(struct db *db, int64_t tree_id, const struct gone_cell *cell, double exposure,
	double due, double chance);
/* Looks which of the tree's bugs of builds and boots are gone, and which warnings are new. 0,
 * DB_REFUSED or a fault. */
int gone_builds(struct db *db, int64_t tree_id);
/* It is not, or not any more. */
int gone_drop(struct db *db, int64_t tree_id, int64_t bug_id);
