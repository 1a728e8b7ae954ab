/* What people do about alerts and deliveries. */
#include "http/api_alert.h"

#include <stdlib.h>
#include <string.h>

#include "http/fields.h"
#include "http/form.h"
#include "http/routes.h"
#include "shared/cleanup.h"
#include "store/alert.h"
#include "store/db.h"
#include "store/delivery.h"
#include "store/row.h"

enum { ASSIGNEE_MAX = 200, NOTE_MAX = 2000, DAYS_MAX = 3650 };
enum { SUBJECT_MAX = 200, CONTENT_MAX = 60000, WAS_MAX = 32 };

/* What each action may say besides the note. */
static const struct {
	const char *name;
	const char *known[4];
} actions[] = {
	{"acknowledge", {"note"}},
	{"assign", {"to", "note"}},
	{"mute", {"days", "note"}},
	{"unmute", {"note"}},
};
enum { ACTIONS = sizeof(actions) / sizeof(actions[0]) };

static size_t action_find(const char *name)
{
	size_t i = 0;
	while (i < ACTIONS && strcmp(actions[i].name, name) != 0) {
		i++;
	}
	return i;
}

/* The thing as it is now, as GET has it. */
static int now_answer(struct db *db, struct response *res, const char *query, const char *id)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, query, &rows, db_text(id));
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	response_json(res, 200, json_loads(row_text(rows, 0, "body"), 0, NULL));
	return 0;
}

/* An order without a body says nothing more. */
static int body_read(struct request *req, struct response *res, json_t **root, struct fields *f)
{
	static const char empty[] = "{}";
	struct request with_body = *req;
	if (req->body_size == 0) {
		with_body.body = (char *)empty;
		with_body.body_size = sizeof(empty) - 1;
	}
	return fields_parse(&with_body, res, root, f);
}

/* Refusals are in the answer, then. */
static int alert_run(struct request *req, struct db *db, struct fields *f, const char *action)
{
	const size_t i = action_find(action);
	if (i == ACTIONS) {
		return response_error(f->res, 400, "bad_form", "the form does not say what to do");
	}
	fields_only(f, actions[i].known);
	const struct alert_order order = {.alert = req->parts[0],
		.action = actions[i].name,
		.assignee = fields_text(f, "to", ASSIGNEE_MAX, false),
		.note = fields_text(f, "note", NOTE_MAX, false),
		.days = fields_int(f, "days", 0, DAYS_MAX, 0),
		.token_id = req->caller.id};
	const int outcome = f->is_bad ? 0 : alert_mark(db, &order);
	if (outcome == ALERT_NONE) {
		return response_error(f->res, 404, "unknown_alert", "there is no such alert");
	}
	return outcome == DB_REFUSED
		       ? response_error(f->res, 400, "bad_order", "%s", db_refusal(db))
		       : outcome;
}

static const char *path_action(const struct request *req)
{
	return strrchr(req->route->path, '/') + 1;
}

int api_alert_order(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	if (body_read(req, res, &root, &f) != 0) {
		return 0;
	}
	const int outcome = alert_run(req, db, &f, path_action(req));
	return outcome != 0 || res->status != 0 ? outcome
						: now_answer(db, res, "api_alert", req->parts[0]);
}

static int delivery_say(struct response *res, int outcome)
{
	switch (outcome) {
	case DELIVERY_NONE:
		return response_error(res, 404, "unknown_delivery", "there is no such delivery");
	case DELIVERY_OTHER_STATE:
		return response_error(res, 409, "not_possible",
			"the delivery is in no state for that, or has changed: look at it again");
	case DB_REFUSED:
		return DB_FAULT;
	default:
		return outcome;
	}
}

static int delivery_run(struct request *req, struct db *db, struct response *res,
	const char *action, const char *was)
{
	return delivery_say(res, delivery_decide(db, req->parts[0], action, was, req->caller.id));
}

static bool is_one_line(const char *text)
{
	while ((unsigned char)*text >= ' ' && *text != 0x7f) {
		text++;
	}
	return *text == '\0';
}

/* A subject becomes a header: a line of its own in it would be another header. */
static int draft_change(struct request *req, struct db *db, struct fields *f)
{
	const char *subject = fields_text(f, "subject", SUBJECT_MAX, false);
	const char *content = fields_text(f, "content", CONTENT_MAX, false);
	const char *was = fields_text(f, "was", WAS_MAX, false);
	if (subject != NULL && !is_one_line(subject)) {
		fields_refuse(f, "subject", "must be one line");
	}
	return f->is_bad ? 0
			 : delivery_say(
				   f->res, delivery_edit(db, req->parts[0], subject, content, was));
}

int api_delivery_edit(struct request *req, struct db *db, struct response *res)
{
	static const char *const known[] = {"content", "subject", "was", NULL};
	_json_ json_t *root = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	fields_only(&f, known);
	const int outcome = draft_change(req, db, &f);
	return outcome != 0 || res->status != 0
		       ? outcome
		       : now_answer(db, res, "api_delivery", req->parts[0]);
}

int api_delivery_order(struct request *req, struct db *db, struct response *res)
{
	const int outcome = delivery_run(req, db, res, path_action(req), NULL);
	return outcome != 0 || res->status != 0
		       ? outcome
		       : now_answer(db, res, "api_delivery", req->parts[0]);
}

/* The form has the fields of all actions; the order is what the meant one knows of them. */
static json_t *form_shape(const json_t *form, size_t action)
{
	json_t *out = json_object();
	for (size_t k = 0; action < ACTIONS && actions[action].known[k] != NULL; k++) {
		json_t *value = json_object_get(form, actions[action].known[k]);
		if (value != NULL) {
			json_object_set(out, actions[action].known[k], value);
		}
	}
	return out;
}

static const char *action_of(const json_t *form)
{
	const char *name = json_string_value(json_object_get(form, "action"));
	return name == NULL ? "" : name;
}

int form_alert(struct request *req, struct db *db, struct response *res)
{
	static const char *const numbers[] = {"days", NULL};
	_json_ json_t *form = NULL;
	int outcome = form_read(req, db, res, numbers, &form);
	if (outcome == 0) {
		_json_ json_t *shaped = form_shape(form, action_find(action_of(form)));
		struct fields f = {.object = shaped, .res = res, .within = ""};
		outcome = alert_run(req, db, &f, action_of(form));
	}
	if (outcome < 0 || res->status >= 400) {
		return outcome < 0 ? outcome : form_failed(req, db, res, form);
	}
	return form_done(res, "/alerts/%s", req->parts[0]);
}

static int delivery_form_run(
	struct request *req, struct db *db, struct response *res, const json_t *form)
{
	static const char *const known[] = {"approve", "reject", "retry"};
	const char *was = json_string_value(json_object_get(form, "was"));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i], action_of(form)) == 0) {
			return delivery_run(req, db, res, known[i], was);
		}
	}
	if (strcmp("edit", action_of(form)) == 0) {
		struct fields f = {.object = form, .res = res, .within = ""};
		return draft_change(req, db, &f);
	}
	return response_error(res, 400, "bad_form", "the form does not say what to do");
}

int form_delivery(struct request *req, struct db *db, struct response *res)
{
	static const char *const numbers[] = {NULL};
	_json_ json_t *form = NULL;
	int outcome = form_read(req, db, res, numbers, &form);
	outcome = outcome != 0 ? outcome : delivery_form_run(req, db, res, form);
	if (outcome < 0 || res->status >= 400) {
		return outcome < 0 ? outcome : form_failed(req, db, res, form);
	}
	return form_done(res, "/deliveries/%s", req->parts[0]);
}
