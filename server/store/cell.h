/* What idle machines try: conditions under which a bug was not tried enough. */
#pragma once

#include <jansson.h>
#include <stdint.h>

struct db;

enum { CELL_NONE = 2 };

/* A tree that idle machines may be used for. Owned (cell_turn_fini). */
struct cell_turn {
	int64_t tree_id;
	char *tree;
	double left_minutes; /* that its policy gives today for what nobody asked */
	json_t *machines;    /* names of those that are idle */
	json_t *arches;      /* for which one is */
	json_t *bugs;        /* ids */
};
/* Within a transaction: 0, CELL_NONE or a fault. */
int cell_next(struct db *db, struct cell_turn *out);
void cell_turn_fini(struct cell_turn *turn);

/* How the bug was tried on that tree (db/queries/page_bug_factors.sql); *out is the caller's, NULL:
 * there is no such bug any more. 0 or a fault. */
int cell_factors(struct db *db, int64_t bug_id, const char *tree, json_t **out);

/* What was ordered of a bug in the last day: {factor: {level: runs}}; the caller's. 0 or a fault.
 */
int cell_tried(struct db *db, int64_t bug_id, json_t **out);

/* Notes a run as one for idle machines. 0, DB_REFUSED or a fault. */
int cell_put(struct db *db, int64_t run_id, int64_t tree_id, int64_t bug_id, const char *factor,
	const char *level, double gain);
