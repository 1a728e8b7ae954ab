/* The order split (see bug_life.h): a part of a bug becomes a bug of its own, or goes back to the
 * one that a join took it from. Within the order's transaction. */
#pragma once

struct bug;
struct bug_answer;
struct bug_order;
struct db;

/* 0: it can be done; BUG_SAME, BUG_WRONG or a fault. */
int bug_split_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer);
/* answer->bug_id is the other bug. 0 or a fault. */
int bug_split_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer);
