/* Two causes: a proposal is refused, and both lives say so (bug_mark.sql keeps it). */
#include "store/bug_apart.h"

#include <inttypes.h>
#include <string.h>

#include "shared/alloc.h"
#include "store/bug_life.h"
#include "store/db.h"
#include "store/row.h"

int bug_apart_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	_rows_ struct rows *rows = NULL;
	_bug_ struct bug other = {0};
	int outcome = bug_other(db, bug, order, &other, answer);
	if (outcome == 0) {
		outcome = DB_QUERY(db, "cause_state", &rows, db_int(bug->id), db_int(other.id));
	}
	if (outcome != 0) {
		return outcome;
	}
	const char *state = rows_count(rows) == 0 ? "" : row_text(rows, 0, "state");
	if (strcmp(state, "proposed") == 0) {
		return 0;
	}
	return strcmp(state, "refused") == 0
		       ? BUG_SAME
		       : bug_wrong(answer, alloc_format("nothing proposes that bug %" PRId64
							" and bug %" PRId64 " have one cause",
						   bug->id, other.id));
}

int bug_apart_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	(void)answer;
	_bug_ struct bug other = {0};
	int outcome = bug_get(db, order->other_id, &other);
	if (outcome == 0) {
		outcome = bug_mark(db, order, bug, "apart", NULL, other.id, "");
	}
	return outcome == 0 ? bug_mark(db, order, &other, "apart", NULL, bug->id, "") : outcome;
}
