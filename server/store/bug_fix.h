/* Which commits fix a bug: named by title, looked for in each tracked tree of its family, and the
 * bug closed when the last of them that needs it has it. */
#pragma once

#include <stdint.h>

struct bug;
struct bug_answer;
struct bug_order;
struct db;

/* The orders fix, unfix, needless and needed (see bug_life.h), within their transaction. check: 0,
 * BUG_SAME, BUG_WRONG or a fault; run: 0, BUG_WRONG or a fault. */
int bug_fix_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer);
int bug_fix_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer);
int bug_unfix_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer);
int bug_unfix_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer);
int bug_needless_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer);
int bug_needless_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer);
int bug_needed_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer);
int bug_needed_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer);

/* Looks what a tree's commits do to the bugs of its family that have a fix, each in a transaction
 * of its own. 0 or a fault. */
int bug_fix_watch(struct db *db, int64_t tree_id);
