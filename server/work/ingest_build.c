/* Build logs into occurrences, whole, once they and the attempt have ended. Kept are what was found
 * and what was compiled; the attempt is counted when it is measured, as with its console. */
#include "work/ingest.h"

#include "buildlog/buildlog.h"
#include "store/build.h"
#include "store/db.h"
#include "store/reading.h"
#include "work/buildlogs.h"
#include "work/reports.h"

static int found_keep(struct db *tx, const struct reading *reading, const struct buildlog *log)
{
	_changes_ struct report_changes changes = {0};
	int outcome = reports_compare_build(tx, reading, log, &changes);
	if (outcome == 0) {
		outcome = reports_keep(tx, reading, &changes);
	}
	return outcome == 0 ? buildlogs_made_keep(tx, reading, log) : outcome;
}

int ingest_build(struct db *tx, const struct reading *reading)
{
	_buildlog_ struct buildlog *log = buildlog_new();
	int outcome = buildlogs_read(tx, reading, log);
	if (outcome == 0) {
		outcome = found_keep(tx, reading, log);
		if (outcome != 0) {
			return outcome;
		}
	}
	if (outcome != 0 && outcome != BUILD_NONE) {
		return outcome;
	}
	return reading_keep(tx, reading, reading->size_bytes, true, BUILDLOG_READER_VERSION, "{}");
}
