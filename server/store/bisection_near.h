/* Which commits of a search's range touch paths near the crash. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct db;

enum { BISECTION_NEAR_NONE = 2 };

struct bisection_near_commit {
	char *sha;
	char *place; /* what it touches near the crash; NULL: nothing. The caller's to set, owned */
};

struct bisection_near {
	int64_t id;
	char *tree;
	char *reports; /* JSON: the frames of some reports of its bug, a list of lists */
	struct bisection_near_commit *commits; /* of the range, but for its older end */
	size_t n;
};

/* A running search of a bug whose range is laid out and of which this is not known yet, or was only
 * known from functions while files are known now. All is owned. 0, BISECTION_NEAR_NONE or a fault.
 */
int bisection_near_next(struct db *db, struct bisection_near *out);
void bisection_near_fini(struct bisection_near *near);
#define _bisection_near_ __attribute__((cleanup(bisection_near_fini)))

/* Keeps the places, each commit that has one with this weight; `by` is what they were known by:
 * files, functions, unknown (no frame says) or unread (git could not be asked). The search is
 * looked at again. 0, DB_REFUSED or a fault. */
int bisection_near_keep(
	struct db *db, const struct bisection_near *near, const char *by, double weight);
