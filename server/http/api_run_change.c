/* Taking back what was ordered, and its priority. */
#include "http/api_run_change.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "http/api_run.h"
#include "http/fields.h"
#include "http/form.h"
#include "http/routes.h"
#include "shared/cleanup.h"
#include "shared/number.h"
#include "store/job.h"
#include "store/run_change.h"

/* Positive: the answer has been made. */
enum { CHANGE_ANSWERED = 1 };
enum { JOB_DIGITS = 20 };

/* What is asked for. */
struct change {
	const char *job; /* text of a number; NULL: the whole run */
	const char *run; /* text of a number; where `job` is given it may be NULL */
	bool is_cancel;
	int64_t priority;
};

static int change_refuse(
	struct response *res, int outcome, const struct change *c, const char *owner)
{
	if (outcome == RUN_CHANGE_NONE) {
		return response_error(res, 404, c->job != NULL ? "unknown_job" : "unknown_run",
			"there is no %s '%s'", c->job != NULL ? "job" : "run",
			c->job != NULL ? c->job : c->run);
	}
	if (owner == NULL) {
		return response_error(res, 403, "other_user",
			"a tree's policy or Faultline itself ordered this: only an admin may "
			"change it");
	}
	return response_error(res, 403, "other_user",
		"'%s' ordered this: only that token, the one that it was made with, and an "
		"admin's may change it",
		owner);
}

/* Does it. 0, CHANGE_ANSWERED (refused) or a fault. */
static int change_do(
	struct request *req, struct db *db, struct response *res, const struct change *c)
{
	const struct run_changer by = {
		.token_id = req->caller.id, .is_admin = req->caller.kind == TOKEN_ADMIN};
	_free_ char *owner = NULL;
	int64_t run = 0;
	int outcome = RUN_CHANGE_NONE;
	if (c->job != NULL) {
		outcome = c->is_cancel ? job_cancel(db, c->job, &by, &owner)
				       : job_priority(db, c->job, c->priority, &by, &owner);
	} else if (number_parse(c->run, 1, INT64_MAX, &run) == 0) {
		outcome = c->is_cancel ? run_cancel(db, run, &by, &owner)
				       : run_priority(db, run, c->priority, &by, &owner);
	}
	if (outcome <= 0) {
		return outcome;
	}
	const int fault = change_refuse(res, outcome, c, owner);
	return fault != 0 ? fault : CHANGE_ANSWERED;
}

/* The run or job as an answer. */
static int change_answer(
	struct request *req, struct db *db, struct response *res, const struct change *c)
{
	int outcome = change_do(req, db, res, c);
	if (outcome != 0) {
		return outcome < 0 ? outcome : 0;
	}
	if (c->job == NULL) {
		int64_t id = 0;
		return number_parse(c->run, 1, INT64_MAX, &id) == 0
			       ? api_run_answer(db, res, id, 200)
			       : 0;
	}
	char *body = NULL;
	outcome = job_json(db, c->job, &body);
	if (outcome == 0) {
		response_take(res, 200, "application/json", body, strlen(body));
	}
	return outcome;
}

/* The body's priority. 0, or CHANGE_ANSWERED. */
static int priority_read(struct request *req, struct response *res, int64_t *priority)
{
	_json_ json_t *root = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return CHANGE_ANSWERED;
	}
	*priority = fields_int(&f, "priority", 0, 100, FIELDS_REQUIRED);
	return f.is_bad ? CHANGE_ANSWERED : 0;
}

int api_run_cancel(struct request *req, struct db *db, struct response *res)
{
	const struct change c = {.run = req->parts[0], .is_cancel = true};
	return change_answer(req, db, res, &c);
}

int api_run_priority(struct request *req, struct db *db, struct response *res)
{
	struct change c = {.run = req->parts[0]};
	return priority_read(req, res, &c.priority) != 0 ? 0 : change_answer(req, db, res, &c);
}

int api_job_cancel(struct request *req, struct db *db, struct response *res)
{
	const struct change c = {.job = req->parts[0], .is_cancel = true};
	return change_answer(req, db, res, &c);
}

int api_job_priority(struct request *req, struct db *db, struct response *res)
{
	struct change c = {.job = req->parts[0]};
	return priority_read(req, res, &c.priority) != 0 ? 0 : change_answer(req, db, res, &c);
}

/* What a form asks for. A page of a run has forms for it and for its jobs; the queue's are for
 * jobs. 0, or CHANGE_ANSWERED. */
static int form_change(
	struct request *req, struct response *res, const json_t *form, struct change *c)
{
	struct fields f = {.object = form, .res = res, .within = ""};
	const char *action = fields_text(&f, "action", JOB_DIGITS, true);
	const bool is_run = strcmp(req->route->path, "/queue") != 0;
	*c = (struct change){.job = fields_text(&f, "job", JOB_DIGITS, !is_run),
		.run = is_run ? req->parts[0] : NULL,
		.is_cancel = action != NULL && strcmp(action, "cancel") == 0};
	if (!f.is_bad && !c->is_cancel) {
		c->priority = fields_int(&f, "priority", 0, 100, FIELDS_REQUIRED);
	}
	return f.is_bad ? CHANGE_ANSWERED : 0;
}

int form_run_change(struct request *req, struct db *db, struct response *res)
{
	static const char *const numbers[] = {"priority", NULL};
	_json_ json_t *form = NULL;
	struct change c;
	int outcome = form_read(req, db, res, numbers, &form);
	outcome = outcome != 0 ? outcome : form_change(req, res, form, &c);
	outcome = outcome != 0 ? outcome : change_do(req, db, res, &c);
	if (outcome < 0) {
		return outcome;
	}
	return outcome > 0     ? form_failed(req, db, res, form)
	       : c.run == NULL ? form_done(res, "/queue")
			       : form_done(res, "/runs/%s", c.run);
}
