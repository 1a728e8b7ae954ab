/* Taking back what was ordered, and its priority. */
#include "http/api_run_change.h"

#include <inttypes.h>
#include <string.h>

#include "http/api_run.h"
#include "http/fields.h"
#include "shared/cleanup.h"
#include "shared/number.h"
#include "store/job.h"
#include "store/run.h"

/* Positive: the answer has been made. */
enum { RUN_ANSWERED = 1 };

/* The run that the address names. 0, or RUN_ANSWERED. */
static int run_named(struct request *req, struct response *res, int64_t *id)
{
	if (number_parse(req->parts[0], 1, INT64_MAX, id) == 0) {
		return 0;
	}
	response_error(res, 404, "unknown_run", "there is no run '%s'", req->parts[0]);
	return RUN_ANSWERED;
}

int api_run_cancel(struct request *req, struct db *db, struct response *res)
{
	int64_t id = 0;
	if (run_named(req, res, &id) != 0) {
		return 0;
	}
	const int outcome = run_cancel(db, id);
	return outcome < 0 ? outcome : api_run_answer(db, res, id, 200);
}

int api_run_priority(struct request *req, struct db *db, struct response *res)
{
	int64_t id = 0;
	_json_ json_t *root = NULL;
	struct fields f;
	if (run_named(req, res, &id) != 0 || fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	const int64_t priority = fields_int(&f, "priority", 0, 100, FIELDS_REQUIRED);
	if (f.is_bad) {
		return 0;
	}
	const int outcome = run_priority(db, id, priority);
	return outcome < 0 ? outcome : api_run_answer(db, res, id, 200);
}

/* The job as an answer, or 404. */
static int job_answer(struct request *req, struct db *db, struct response *res, int outcome)
{
	char *body = NULL;
	outcome = outcome != 0 ? outcome : job_json(db, req->parts[0], &body);
	if (outcome == JOB_UNKNOWN) {
		return response_error(
			res, 404, "unknown_job", "there is no job '%s'", req->parts[0]);
	}
	if (outcome == 0) {
		response_take(res, 200, "application/json", body, strlen(body));
	}
	return outcome;
}

int api_job_cancel(struct request *req, struct db *db, struct response *res)
{
	return job_answer(req, db, res, job_cancel(db, req->parts[0]));
}

int api_job_priority(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	const int64_t priority = fields_int(&f, "priority", 0, 100, FIELDS_REQUIRED);
	return f.is_bad ? 0 : job_answer(req, db, res, job_priority(db, req->parts[0], priority));
}
