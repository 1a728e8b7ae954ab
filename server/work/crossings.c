/* Stage crossings: suspect x fix, as somebody ordered it, becomes one run of four kernels. What the
 * base holds is reverted for those that shall not have it, what it does not hold is applied for
 * those that shall. */
#include "work/stage.h"

#include <inttypes.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "store/crossing.h"
#include "store/db.h"

static int order(struct db *tx, const struct crossing *crossing)
{
	int64_t revisions[4];
	int outcome = 0;
	for (unsigned i = 0; i < 4 && outcome == 0; i++) {
		outcome = crossing_cell(tx, crossing, i % 2 == 0, i / 2 == 1, &revisions[i]);
	}
	return outcome == 0 ? crossing_order(tx, crossing, revisions) : outcome;
}

/* One crossing, in one transaction. CROSSING_NONE: none is due. */
static int turn(struct stage_place *place)
{
	_tx_ struct db *tx = NULL;
	_crossing_ struct crossing crossing = {0};
	int outcome = db_begin(place->db, &tx);
	if (outcome == 0) {
		outcome = crossing_next(tx, &crossing);
	}
	if (outcome == 0) {
		log_matter("crossing=%" PRId64, crossing.id);
		outcome = crossing.error != NULL ? crossing_fail(tx, &crossing, crossing.error)
						 : order(tx, &crossing);
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

int stage_crossings(struct stage_place *place)
{
	int outcome = crossing_want(place->db);
	outcome = outcome == 0 ? turn(place) : outcome;
	if (outcome == CROSSING_NONE) {
		return STAGE_IDLE;
	}
	if (outcome > 0) {
		return log_fault("cannot order suspect x fix: %s", stage_why(place->db, outcome));
	}
	return outcome < 0 ? outcome : STAGE_DID;
}
