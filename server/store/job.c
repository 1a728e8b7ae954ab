/* Jobs: the queue. */
#include "store/job.h"

#include "store/db.h"
#include "store/row.h"

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

int job_expire(struct db *db, struct rows **out)
{
	const int outcome = db_query(db, "job_expire", out, NULL, 0);
	return outcome > 0 ? DB_FAULT : outcome;
}

static int job_there(int outcome, const struct rows *rows)
{
	if (outcome != 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	return rows_count(rows) == 0 ? JOB_UNKNOWN : 0;
}

int job_json(struct db *db, const char *id, char **out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "api_job", &rows, db_text(id));
	const int found = job_there(outcome, rows);
	if (found == 0) {
		*out = row_text_copy(rows, 0, "body");
	}
	return found;
}
