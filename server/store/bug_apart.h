/* The order apart (see bug_life.h): two bugs that were proposed as one have two causes, and it is
 * not asked again. Within the order's transaction. */
#pragma once

struct bug;
struct bug_answer;
struct bug_order;
struct db;

/* 0: it can be done; BUG_SAME, BUG_WRONG or a fault. */
int bug_apart_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer);
/* 0 or a fault. */
int bug_apart_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer);
