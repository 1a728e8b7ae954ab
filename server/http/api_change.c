/* What people decide about changes. */
#include "http/api_change.h"

#include <stdlib.h>

#include "http/fields.h"
#include "http/form.h"
#include "http/routes.h"
#include "shared/cleanup.h"
#include "store/change.h"
#include "store/db.h"
#include "store/row.h"

enum { STATE_MAX = 32, NOTE_MAX = 2000 };

/* Refusals are in the answer, then. */
static int mark_run(struct request *req, struct db *db, struct fields *f)
{
	static const char *const known[] = {"state", "note", "version", NULL};
	fields_only(f, known);
	const char *state = fields_text(f, "state", STATE_MAX, true);
	const char *note = fields_text(f, "note", NOTE_MAX, false);
	const int64_t version = fields_int(f, "version", 1, INT32_MAX, 0);
	const int outcome =
		f->is_bad ? 0
			  : change_mark(db, req->parts[0], state, req->caller.id, note, version);
	switch (outcome) {
	case CHANGE_NONE:
		return response_error(f->res, 404, "unknown_change", "there is no such change");
	case CHANGE_STALE:
		return response_error(f->res, 409, "changed",
			"the change has another state since you saw it: look at it again");
	case DB_REFUSED:
		return response_error(f->res, 400, "bad_state", "%s", db_refusal(db));
	default:
		return outcome;
	}
}

int api_change_mark(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	_rows_ struct rows *rows = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	int outcome = mark_run(req, db, &f);
	if (outcome != 0 || res->status != 0) {
		return outcome;
	}
	outcome = DB_QUERY(db, "api_change", &rows, db_text(req->parts[0]));
	if (outcome == 0 && rows_count(rows) > 0) {
		response_json(res, 200, json_loads(row_text(rows, 0, "body"), 0, NULL));
	}
	return outcome;
}

int form_change(struct request *req, struct db *db, struct response *res)
{
	static const char *const numbers[] = {"version", NULL};
	_json_ json_t *form = NULL;
	int outcome = form_read(req, db, res, numbers, &form);
	if (outcome == 0) {
		json_object_del(form, "username");
		struct fields f = {.object = form, .res = res, .within = ""};
		outcome = mark_run(req, db, &f);
	}
	if (outcome < 0 || res->status >= 400) {
		return outcome < 0 ? outcome : form_failed(req, db, res, form);
	}
	return form_done(res, "/changes/%s", req->parts[0]);
}
