/* Bugs that may have one cause: what was tried of a tree's kernels and what came there, and what is
 * proposed. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct db;
struct rows;

enum { CAUSE_NONE = 2 };

/* Within a transaction: a tree to look at. 0, CAUSE_NONE or a fault. */
int cause_next(struct db *db, int64_t *tree_id);

/* What was tried of a tree, in places (a kernel under one profile) in the order of its line, and
 * how often each bug came there. All owned (cause_tried_fini). */
#define CAUSE_NOWHERE SIZE_MAX
struct cause_tried {
	int64_t tree_id;
	size_t n_places;
	int64_t *revisions; /* of each place */
	double *exposure;
	size_t *before; /* the place one step before, or CAUSE_NOWHERE */
	size_t *step;   /* the same under whatever profile */
	size_t n_bugs;
	int64_t *bugs;  /* ids, the smallest first */
	double *events; /* of bug b at place p: events[b * n_places + p] */
};
int cause_tried(struct db *db, int64_t tree_id, struct cause_tried *out);
void cause_tried_fini(struct cause_tried *tried);

/* The functions of their call chains: those of bug b are functions[starts[b]] to
 * functions[starts[b + 1] - 1]. Owned (cause_chains_fini). */
struct cause_chains {
	struct rows *rows;
	const char **functions;
	size_t *starts;
};
int cause_chains(struct db *db, const struct cause_tried *tried, struct cause_chains *out);
void cause_chains_fini(struct cause_chains *chains);

/* Two bugs that are proposed as one, and where both moved; all borrowed. */
struct cause_proposal {
	int64_t tree_id, first_id, second_id; /* first_id < second_id */
	double likeness, shared, chance, q;   /* as in stats/cause.h */
	const char **functions;               /* that both chains have */
	size_t n_functions;
	const int64_t *from, *to;               /* kernels before and behind each step */
	const double *first_rise, *second_rise; /* in standard errors */
	size_t n_steps;                         /* at most 10 */
};
/* Keeps it, unless a person has decided. 0, DB_REFUSED or a fault. */
int cause_put(struct db *db, const struct cause_proposal *proposal);

/* Takes back what was proposed of these bugs and is none of these pairs (first_ids, second_ids). 0,
 * DB_REFUSED or a fault. */
int cause_withdraw(struct db *db, const struct cause_tried *tried, const int64_t *first_ids,
	const int64_t *second_ids, size_t n);
