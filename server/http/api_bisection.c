/* Searches for a commit, begun and ended by people. */
#include "http/api_bisection.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "http/fields.h"
#include "http/form.h"
#include "http/routes.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"
#include "store/bisection.h"
#include "store/db.h"
#include "store/row.h"
#include "store/run_change.h"

/* A day of one machine, where nobody says how much. */
enum { BUDGET_MINUTES = 1440, BUDGET_MAX = 1000000, NAME_MAX_BYTES = 255 };

static const struct {
	const char *word;
	int status;
	const char *message;
} refusals[] = {
	{"false_alarm", 422, "the change is a false alarm"},
	{"is_warning", 422,
		"a compiler's warning is not searched for: builds of its file name its commits"},
	{"no_bug", 404, "there is no such bug"},
	{"no_change", 404, "there is no such change"},
	{"no_newer", 422,
		"field 'newer': no commit behind the last one with the bug has been tried clean: "
		"test one, or name it"},
	{"no_older", 422,
		"field 'older': no commit before the first one with the bug has been tried clean: "
		"test one, or name it"},
	{"no_range", 422, "field 'older' is not before 'newer' on the tree's line"},
	{"not_seen", 422,
		"the bug has not been seen on a commit of a git tree under such a profile, without "
		"patches"},
	{"one_commit", 422, "between the change's edges lies no commit: its first behind it is it"},
	{"slope", 422, "a drift has no one commit that brought it"},
};

static void refuse(struct response *res, const char *why)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (why != NULL && strcmp(refusals[i].word, why) == 0) {
			response_error(res, refusals[i].status, why, "%s", refusals[i].message);
			return;
		}
	}
	response_error(res, 422, "no_range", "the ends are not on the line of one tree");
}

/* Refusals are in the answer, then; else *id is the search. */
static int add_run(struct request *req, struct db *db, struct fields *f, int64_t *id, bool *is_new)
{
	static const char *const known[] = {"bug", "budget_minutes", "change", "kind", "newer",
		"older", "profile", "tree", NULL};
	_free_ char *why = NULL;
	fields_only(f, known);
	const int64_t change_id = fields_int(f, "change", 1, INT64_MAX, 0);
	const bool is_change = change_id != 0;
	_free_ char *bug = alloc_format(
		"%" PRId64, fields_int(f, "bug", 1, INT64_MAX, is_change ? 0 : FIELDS_REQUIRED));
	_free_ char *change = alloc_format("%" PRId64, change_id);
	const char *kind = fields_text(f, "kind", NAME_MAX_BYTES, false);
	const struct bisection_new new = {.bug = bug,
		.change = is_change ? change : NULL,
		.kind = kind == NULL ? "broken" : kind,
		.tree = fields_text(f, "tree", NAME_MAX_BYTES, false),
		.profile = fields_text(f, "profile", NAME_MAX_BYTES, false),
		.older = fields_text(f, "older", NAME_MAX_BYTES, false),
		.newer = fields_text(f, "newer", NAME_MAX_BYTES, false),
		.budget_minutes = fields_int(f, "budget_minutes", 1, BUDGET_MAX, BUDGET_MINUTES),
		.token_id = req->caller.id};
	if (!f->is_bad && strcmp(new.kind, "broken") != 0 && strcmp(new.kind, "fixed") != 0) {
		fields_refuse(f, "kind", "is 'broken' or 'fixed'");
	}
	static const char *const of_bugs[] = {"bug", "kind", "newer", "older", "profile", "tree"};
	for (size_t i = 0; is_change && i < sizeof(of_bugs) / sizeof(of_bugs[0]); i++) {
		if (json_object_get(f->object, of_bugs[i]) != NULL) {
			fields_refuse(f, of_bugs[i], "is a bug's; a change has its own ends");
		}
	}
	const int outcome = f->is_bad ? 0 : bisection_add(db, &new, id, is_new, &why);
	if (outcome == BISECTION_BAD) {
		refuse(f->res, why);
		return 0;
	}
	return outcome;
}

static int answer(struct db *db, struct response *res, int status, const char *id)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "api_bisection", &rows, db_text(id));
	if (outcome == 0 && rows_count(rows) > 0) {
		response_json(res, status, json_loads(row_text(rows, 0, "body"), 0, NULL));
	}
	return outcome;
}

int api_bisection_add(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	int64_t id = 0;
	bool is_new = false;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	const int outcome = add_run(req, db, &f, &id, &is_new);
	if (outcome != 0 || res->status != 0) {
		return outcome;
	}
	_free_ char *text = alloc_format("%" PRId64, id);
	return answer(db, res, is_new ? 201 : 200, text);
}

/* `of` is what the form's page is of: a bug or a change. */
static int form_add(struct request *req, struct db *db, struct response *res, const char *of)
{
	static const char *const numbers[] = {"budget_minutes", NULL};
	_json_ json_t *form = NULL;
	int64_t id = 0;
	int64_t of_id = 0;
	bool is_new = false;
	int outcome = form_read(req, db, res, numbers, &form);
	if (outcome == 0) {
		number_parse(req->parts[0], 0, INT64_MAX, &of_id);
		json_object_set_new(form, of, json_integer(of_id));
		struct fields f = {.object = form, .res = res, .within = ""};
		outcome = add_run(req, db, &f, &id, &is_new);
	}
	if (outcome < 0 || res->status >= 400) {
		return outcome < 0 ? outcome : form_failed(req, db, res, form);
	}
	return form_done(res, "/bisections/%" PRId64, id);
}

int form_bisection_add(struct request *req, struct db *db, struct response *res)
{
	return form_add(req, db, res, "bug");
}

int form_bisection_change(struct request *req, struct db *db, struct response *res)
{
	return form_add(req, db, res, "change");
}

static int cancel_refuse(struct response *res, const char *owner)
{
	if (owner == NULL) {
		return response_error(res, 403, "other_user",
			"Faultline itself began this search: only an admin may end it");
	}
	return response_error(res, 403, "other_user",
		"'%s' ordered this search: only that token, the one that it was made with, and an "
		"admin's may end it",
		owner);
}

static int cancel_run(struct request *req, struct db *db, struct response *res)
{
	const struct run_changer by = {
		.token_id = req->caller.id, .is_admin = req->caller.kind == TOKEN_ADMIN};
	_free_ char *owner = NULL;
	const int outcome = bisection_cancel(db, req->parts[0], &by, &owner);
	if (outcome == BISECTION_NONE) {
		response_error(res, 409, "not_running", "there is no such search, or it has ended");
		return 0;
	}
	if (outcome == BISECTION_OTHER) {
		return cancel_refuse(res, owner);
	}
	return outcome;
}

int api_bisection_cancel(struct request *req, struct db *db, struct response *res)
{
	const int outcome = cancel_run(req, db, res);
	return outcome != 0 || res->status != 0 ? outcome : answer(db, res, 200, req->parts[0]);
}

int form_bisection_cancel(struct request *req, struct db *db, struct response *res)
{
	static const char *const numbers[] = {NULL};
	_json_ json_t *form = NULL;
	int outcome = form_read(req, db, res, numbers, &form);
	if (outcome == 0) {
		outcome = cancel_run(req, db, res);
	}
	if (outcome < 0 || res->status >= 400) {
		return outcome < 0 ? outcome : form_failed(req, db, res, form);
	}
	return form_done(res, "/bisections/%s", req->parts[0]);
}
