/* Stage ingest: bytes that have been delivered are read, each stream by its reader, one transaction
 * for each turn. A stream that cannot be read waits longer each time and is given up at last, so
 * that it never stands in the way of the others; its bytes stay. */
#include "work/ingest.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "store/db.h"
#include "store/reading.h"
#include "work/consoles.h"
#include "work/stage.h"

/* One stream in one transaction. 0, READING_NONE, DB_REFUSED or a fault; *why is owned. */
static int turn(struct stage_place *place, int64_t attempt_id, const char *name, char **why)
{
	_tx_ struct db *tx = NULL;
	_reading_ struct reading reading = {0};
	int outcome = db_begin(place->db, &tx);
	if (outcome == 0) {
		outcome = reading_begin(tx, attempt_id, name, &reading);
	}
	if (outcome == 0) {
		log_about(reading.job_id, attempt_id);
		outcome = strcmp(name, "console") == 0
				  ? ingest_console(tx, &reading, place->consoles)
			  : strcmp(name, "build") == 0 ? ingest_build(tx, &reading)
						       : ingest_samples(tx, &reading);
	}
	if (outcome == 0) {
		return db_commit(&tx);
	}
	*why = alloc_copy(stage_why(place->db, outcome));
	return outcome;
}

/* *did: something was read. A stream that cannot be read is told why; a lost connection is nobody's
 * fault. 0 or a fault. */
static int turn_judged(struct stage_place *place, int64_t attempt_id, const char *name, bool *did)
{
	_free_ char *why = NULL;
	const int outcome = turn(place, attempt_id, name, &why);
	*did = *did || outcome == 0;
	if (outcome == 0 || outcome == READING_NONE || outcome == DB_FAULT_RETRY) {
		return outcome == READING_NONE ? 0 : outcome;
	}
	log_warning("cannot read its %s: %s", name, why);
	consoles_drop(place->consoles, attempt_id);
	return reading_fail(place->db, attempt_id, name, why);
}

int stage_ingest(struct stage_place *place)
{
	_free_ struct reading_item *items = NULL;
	size_t n = 0;
	bool did = false;
	int outcome = reading_list(place->db, &items, &n);
	for (size_t i = 0; i < n && outcome == 0 && !stage_is_stopping(place); i++) {
		log_about(0, items[i].attempt_id);
		outcome = turn_judged(place, items[i].attempt_id, items[i].name, &did);
	}
	return outcome != 0 ? outcome : did ? STAGE_DID : STAGE_IDLE;
}
