/* Stage plan: what the trees' policies ask for becomes runs, a commit at a time. All that it
 * decides stands in db/queries/tree_plan.sql. */
#include "work/stage.h"

#include <inttypes.h>

#include "shared/log.h"
#include "store/tree_policy.h"

int stage_plan(struct stage_place *place)
{
	int64_t run = 0;
	int64_t jobs = 0;
	const int outcome = tree_policy_plan(place->db, &run, &jobs);
	if (outcome != 0) {
		return outcome < 0 ? outcome : STAGE_IDLE;
	}
	log_info("planned run %" PRId64 ": %" PRId64 " jobs", run, jobs);
	return STAGE_DID;
}
