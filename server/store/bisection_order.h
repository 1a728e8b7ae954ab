/* What a search orders: attempts that tell where the culprit is, and what confirms it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct bisection;
struct db;

/* Orders one attempt of a commit, of which so many bits are expected for so many minutes. */
int bisection_order(
	struct db *db, const struct bisection *b, int64_t commit_id, double bits, double minutes);
/* The same beside one of an end, one behind the other on one machine (NULL: any). */
int bisection_order_beside(struct db *db, const struct bisection *b, int64_t commit_id,
	int64_t end_id, double bits, double minutes, const char *machine);

/* A search that has found one commit, within a transaction and nobody else's until the end, of
 * which nothing was looked to yet that confirms it. All texts are owned. */
struct bisection_confirm {
	int64_t id, tree_id, profile_id, token_id;
	int64_t older_id, newer_id, culprit_id, parent_id;
	int64_t clean_runs; /* 0: unknown */
	char *profile, *sha, *name, *subject;
	char *patch; /* of a fix; NULL: there is none */
	bool is_fix, is_merge;
};
/* 0, BISECTION_NONE or a fault. */
int bisection_confirm_next(struct db *db, struct bisection_confirm *out);
void bisection_confirm_fini(struct bisection_confirm *confirm);
#define _bisection_confirm_ __attribute__((cleanup(bisection_confirm_fini)))

/* Wants the patches of fixes that were found. */
int bisection_confirm_want(struct db *db);

/* Orders what confirms it, `attempts` of each kernel that was tried less: the commit beside its
 * parent, the newer end with it reverted beside the plain one, and for a fix the older end with it
 * applied, where they apply. */
int bisection_confirm_order(
	struct db *db, const struct bisection_confirm *confirm, int64_t attempts);
