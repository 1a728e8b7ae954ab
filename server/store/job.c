/* Jobs: the queue. */
#include "store/job.h"

#include "store/db.h"
#include "store/row.h"

int job_claim(struct db *db, int64_t machine_id, const char *tags, const char *claim_id,
	bool *is_new, char **order)
{
	_rows_ struct rows *rows = NULL;
	int outcome = DB_QUERY(
		db, "job_claim", &rows, db_int(machine_id), db_text(tags), db_text(claim_id));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return JOB_NONE;
	}
	*is_new = row_bool(rows, 0, "is_new");
	_rows_ struct rows *job = NULL;
	outcome = DB_QUERY(db, "job_order", &job, db_int(row_int(rows, 0, "id")));
	if (outcome == 0) {
		*order = row_text_copy(job, 0, "job");
	}
	return outcome;
}

int job_unclaim(struct db *db, const char *claim_id)
{
	return DB_QUERY(db, "job_unclaim", NULL, db_text(claim_id));
}

int job_release(struct db *db, int64_t confirm_s)
{
	return DB_QUERY(db, "job_release", NULL, db_int(confirm_s));
}

int job_end(struct db *db, int64_t id, const char *state)
{
	return DB_QUERY(db, "job_end", NULL, db_int(id), db_text(state));
}

int job_lanes_look(struct db *db)
{
	return db_query(db, "lanes_look", NULL, NULL, 0);
}

int job_waiting(struct db *db, struct rows **out)
{
	return db_query(db, "lane_waiting", out, NULL, 0);
}
