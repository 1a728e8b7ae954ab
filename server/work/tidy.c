/* What time alone brings (unconfirmed claims go back in http/hub.c, which knows --confirm):
 * leases that end, jobs that wait too long, machines that fall silent, fail or are to be checked,
 * months that begin, files that never became whole, runs that are over, mirrors of trees that
 * went. */
#include "work/stage.h"

#include <inttypes.h>

#include "config.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "store/attempt.h"
#include "store/db.h"
#include "store/job.h"
#include "store/machine.h"
#include "store/row.h"
#include "work/mirrors.h"

/* A line for each, so that what became of a job can be found by its number. */
static void leases_tell(
	const struct rows *ended, const char *job, const char *attempt, const char *what)
{
	for (size_t i = 0; i < rows_count(ended); i++) {
		log_about(row_int(ended, i, job), attempt != NULL ? row_int(ended, i, attempt) : 0);
		log_info("%s", what);
	}
	log_about(0, 0);
}

int stage_leases(struct stage_place *place)
{
	_rows_ struct rows *expired = NULL;
	_rows_ struct rows *lost = NULL;
	int outcome = job_expire(place->db, &expired);
	if (outcome == 0) {
		leases_tell(expired, "id", NULL, "waited longer than it may: given up");
		outcome = attempt_expire(place->db, &lost);
	}
	if (outcome < 0) {
		return outcome;
	}
	leases_tell(lost, "job_id", "id", "lost: its runner fell silent");
	return rows_count(lost) > 0 || rows_count(expired) > 0 ? STAGE_DID : STAGE_IDLE;
}

/* One machine that is due. STAGE_DID, STAGE_IDLE or a fault. */
static int machines_check(struct stage_place *place)
{
	struct machine_golden golden = {0};
	const int outcome = machine_golden(place->db, place->config->golden_every_hours,
		place->config->golden_every_jobs, &golden);
	if (outcome == 0) {
		log_info("machine '%s' is checked with '%s': run %" PRId64, golden.machine,
			golden.kernel, golden.run_id);
	}
	machine_golden_fini(&golden);
	return outcome == 0 ? STAGE_DID : outcome == MACHINE_UNKNOWN ? STAGE_IDLE : outcome;
}

int stage_machines(struct stage_place *place)
{
	int64_t lost = 0;
	int outcome = machine_watch(place->db, &lost);
	if (outcome == 0 && lost > 0) {
		log_warning("%" PRId64 " machines take no more jobs: their pages say why", lost);
	}
	outcome = outcome == 0 ? machines_check(place) : outcome;
	return outcome == DB_REFUSED
		       ? log_fault("cannot look after machines: %s", db_refusal(place->db))
		       : outcome;
}

int stage_tidy(struct stage_place *place)
{
	_rows_ struct rows *made = NULL, *dropped = NULL;
	int outcome = db_query(place->db, "tidy_partitions", &made, NULL, 0);
	if (outcome == 0) {
		outcome = db_query(place->db, "tidy_blobs", &dropped, NULL, 0);
	}
	if (outcome == 0) {
		outcome = db_query(place->db, "tidy_runs", NULL, NULL, 0);
	}
	if (outcome != 0) {
		return outcome < 0 ? outcome : log_fault("cannot tidy: %s", db_refusal(place->db));
	}
	_free_ char *mirrors = alloc_format("%s/mirrors", place->state_folder);
	outcome = mirrors_tidy(place->db, mirrors);
	if (outcome != 0) {
		return outcome;
	}
	if (row_int(made, 0, "made") > 0 || rows_touched(dropped) > 0) {
		log_info("made %" PRId64 " partitions, dropped %" PRId64
			 " files that never became whole",
			row_int(made, 0, "made"), rows_touched(dropped));
	}
	return STAGE_IDLE;
}
