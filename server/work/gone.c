/* Stage gone: when something of a tree was counted, its unsettled bugs are looked at: is one fixed,
 * in numbers? And of what builds and boots break with, which is gone, and which warning is new? Of
 * crashes, only what is so even without the sighting by which it was found is told
 * (verdict_is_told). */
#include "work/stage.h"

#include <inttypes.h>
#include <stdlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "stats/verdict.h"
#include "store/db.h"
#include "store/gone.h"

/* One bug's strata. */
static int bug_judge(struct db *tx, int64_t tree_id, const struct gone_cell *strata, size_t n)
{
	_free_ struct rate_cell *cells = alloc_zero(n, sizeof(*cells));
	double exposure = 0;
	for (size_t i = 0; i < n; i++) {
		const struct gone_cell *s = &strata[i];
		cells[i] = (struct rate_cell){
			.before = {s->before_events, s->before_exposure, s->before_seconds},
			.after = {0, s->after_exposure, s->after_seconds}};
		exposure += s->before_events > 0 ? s->after_exposure : 0;
	}
	struct verdict verdict;
	verdict_of(cells, n, &verdict);
	return verdict_is_told(cells, n, &verdict)
		       ? gone_put(tx, tree_id, strata, exposure, verdict.due_by_work,
				 verdict.fixed_chance)
		       : gone_drop(tx, tree_id, strata->bug_id);
}

/* One tree, in one transaction. GONE_NONE: there is none. */
static int turn(struct stage_place *place)
{
	_tx_ struct db *tx = NULL;
	_free_ struct gone_cell *cells = NULL;
	size_t n = 0;
	int64_t tree_id = 0;
	int outcome = db_begin(place->db, &tx);
	if (outcome == 0) {
		outcome = gone_next(tx, &tree_id);
	}
	if (outcome == 0) {
		log_matter("tree=%" PRId64, tree_id);
		outcome = gone_cells(tx, tree_id, &cells, &n);
	}
	for (size_t i = 0, next = 0; i < n && outcome == 0; i = next) {
		while (next < n && cells[next].bug_id == cells[i].bug_id) {
			next++;
		}
		outcome = bug_judge(tx, tree_id, &cells[i], next - i);
	}
	if (outcome == 0) {
		outcome = gone_builds(tx, tree_id);
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

int stage_gone(struct stage_place *place)
{
	const int outcome = turn(place);
	if (outcome == GONE_NONE) {
		return STAGE_IDLE;
	}
	if (outcome > 0) {
		return log_fault(
			"cannot look which bugs are gone: %s", stage_why(place->db, outcome));
	}
	return outcome < 0 ? outcome : STAGE_DID;
}
