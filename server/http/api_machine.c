/* What operators do with machines. */
#include "http/api_machine.h"

#include <string.h>

#include "http/fields.h"
#include "http/form.h"
#include "http/routes.h"
#include "http/target.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/machine.h"

static bool owner_is_good(const char *value)
{
	return strchr(value, '@') == NULL || target_is_address(value);
}

/* What may be said of a machine: the last word of the address, and the name of the field. Sorted.
 */
static const struct machine_action {
	const char *name;
	int (*tell)(struct db *db, const struct machine_order *order);
	int64_t number_max;                 /* null, or a number up to this; 0: a word */
	bool (*is_good)(const char *value); /* of a word that may be null; NULL: it may not be */
	const char *values;
} machine_actions[] = {
	{"golden", machine_golden_put, INT64_MAX, NULL,
		"must be the number of an attempt, or null"},
	{"health", machine_health, 0, NULL, "must be good, unknown, looping or bad"},
	{"owner", machine_owner, 0, owner_is_good,
		"must be one mail address, the name of a subscription, or null"},
	{"slots", machine_slots, 1024, NULL, "must be a number from 1 to 1024, or null"},
	{"state", machine_state, 0, NULL, "must be active, maintenance, draining or retired"},
};

enum { MACHINE_ACTIONS = sizeof(machine_actions) / sizeof(machine_actions[0]) };
enum { NOTE_MAX = 2000, VALUE_MAX = 254 };

static const struct machine_action *action_find(const char *name)
{
	for (size_t i = 0; name != NULL && i < MACHINE_ACTIONS; i++) {
		if (strcmp(machine_actions[i].name, name) == 0) {
			return &machine_actions[i];
		}
	}
	return NULL;
}

/* Does what the object says; the answer is made. 0 or a fault. */
static int action_run(struct request *req, struct db *db, struct response *res,
	const struct machine_action *action, struct fields *f)
{
	const bool is_number = action->number_max > 0;
	const int64_t n = is_number ? fields_int(f, action->name, 1, action->number_max, 0) : 0;
	_free_ char *number = n > 0 ? alloc_format("%lld", (long long)n) : NULL;
	const struct machine_order order = {.name = req->parts[0],
		.value = is_number
				 ? number
				 : fields_text(f, action->name, VALUE_MAX, action->is_good == NULL),
		.token_id = req->caller.id,
		.note = fields_text(f, "note", NOTE_MAX, false)};
	if (!f->is_bad && action->is_good != NULL && order.value != NULL &&
		!action->is_good(order.value)) {
		fields_refuse(f, action->name, "%s", action->values);
	}
	if (f->is_bad) {
		return 0;
	}
	const int outcome = action->tell(db, &order);
	if (outcome == MACHINE_UNKNOWN) {
		return response_error(
			res, 404, "unknown_machine", "there is no machine '%s'", order.name);
	}
	if (outcome == DB_REFUSED) {
		fields_refuse(f, action->name, "%s", action->values);
		return 0;
	}
	if (outcome == 0) {
		response_json(res, 200,
			json_pack("{s:s,s:o}", "name", order.name, action->name,
				n > 0                 ? json_integer(n)
				: order.value == NULL ? json_null()
						      : json_string(order.value)));
	}
	return outcome;
}

int api_machine_order(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	return action_run(req, db, res, action_find(strrchr(req->route->path, '/') + 1), &f);
}

/* What the form asks for; an empty field of a form is absent from it. */
static int form_order(struct request *req, struct db *db, struct response *res, const json_t *form)
{
	const struct machine_action *action =
		action_find(json_string_value(json_object_get(form, "action")));
	if (action == NULL) {
		return response_error(res, 400, "bad_form", "the form does not say what to do");
	}
	if (req->caller.kind != TOKEN_ADMIN) {
		return response_error(res, 403, "forbidden", "this takes an admin's token");
	}
	struct fields f = {.object = form, .res = res, .within = ""};
	return action_run(req, db, res, action, &f);
}

int form_machine(struct request *req, struct db *db, struct response *res)
{
	static const char *const numbers[] = {"golden", "slots", NULL};
	_json_ json_t *form = NULL;
	int outcome = form_read(req, db, res, numbers, &form);
	outcome = outcome != 0 ? outcome : form_order(req, db, res, form);
	if (outcome < 0) {
		return outcome;
	}
	return res->status == 200 ? form_done(res, "/machines/%s", req->parts[0])
				  : form_failed(req, db, res, form);
}

int api_machine_token(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	const char *token = fields_text(&f, "token", 64, true);
	if (f.is_bad) {
		return 0;
	}
	const int outcome = machine_token(db, req->parts[0], token);
	if (outcome == MACHINE_UNKNOWN) {
		return response_error(
			res, 404, "unknown_machine", "there is no machine '%s'", req->parts[0]);
	}
	if (outcome == MACHINE_TOKEN) {
		fields_refuse(
			&f, "token", "must be the name of a runner's token that is not revoked");
		return 0;
	}
	if (outcome == 0) {
		response_json(
			res, 200, json_pack("{s:s,s:s}", "name", req->parts[0], "token", token));
	}
	return outcome;
}
