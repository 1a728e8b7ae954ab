/* A few counts of the whole store. */
#include "store/metrics.h"

#include "store/db.h"
#include "store/row.h"

int metrics_read(struct db *db, struct metrics *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "metrics_read", &rows, NULL, 0);
	if (outcome == 0) {
		*out = (struct metrics){
			.jobs_queued = row_int(rows, 0, "jobs_queued"),
			.attempts_running = row_int(rows, 0, "attempts_running"),
			.machines_seen = row_int(rows, 0, "machines_seen"),
			.machines_out = row_int(rows, 0, "machines_out"),
			.attempts = row_int(rows, 0, "attempts"),
			.database_bytes = row_int(rows, 0, "database_bytes"),
			.work_items = row_int(rows, 0, "work_items"),
			.consoles_older = row_int(rows, 0, "consoles_older"),
			.logs_older = row_int(rows, 0, "logs_older"),
		};
	}
	return outcome;
}

int metrics_ping(struct db *db)
{
	return db_query(db, "metrics_ping", NULL, NULL, 0);
}
