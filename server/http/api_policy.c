/* What is tested of a tree by itself: one table of fields for the API and the page's form. What is
 * left out is as it would be at first, so that a policy is always said whole. */
#include "http/api_policy.h"

#include <stdlib.h>
#include <string.h>

#include "http/fields.h"
#include "http/form.h"
#include "http/run_request.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/tree_policy.h"

enum { POLICY_TEXT_MAX = 64, POLICY_ANY = -1 };

/* Numbers, and what stands for an absent one; POLICY_ANY: no limit. Limits are the schema's. */
static const struct {
	const char *name;
	int64_t absent;
	int64_t most;
} policy_numbers[] = {
	{"back", 100, INT32_MAX},
	{"bisect_minutes", POLICY_ANY, INT32_MAX},
	{"every", 1, INT32_MAX},
	{"interval_s", POLICY_ANY, INT32_MAX},
	{"machine_hours", POLICY_ANY, INT32_MAX},
	{"migrations", POLICY_ANY, RUN_MIGRATIONS_MAX},
	{"per_day", POLICY_ANY, INT32_MAX},
	{"priority", 30, INT32_MAX},
	{"repeats", 1, INT32_MAX},
};

enum { POLICY_NUMBERS = sizeof(policy_numbers) / sizeof(policy_numbers[0]) };

static json_t *policy_read(struct fields *f)
{
	const char *known[POLICY_NUMBERS + 4] = {"commits", "is_on", "profiles"};
	json_t *policy = json_object();
	for (size_t i = 0; i < POLICY_NUMBERS; i++) {
		const char *name = policy_numbers[i].name;
		const int64_t value =
			fields_int(f, name, 0, policy_numbers[i].most, policy_numbers[i].absent);
		known[i + 3] = name;
		json_object_set_new(
			policy, name, value == POLICY_ANY ? json_null() : json_integer(value));
	}
	fields_only(f, known);
	const char *commits = fields_text(f, "commits", POLICY_TEXT_MAX, false);
	const json_t *profiles = fields_array(f, "profiles", RUN_PROFILES_MAX);
	json_object_set_new(policy, "commits", json_string(commits == NULL ? "every" : commits));
	json_object_set_new(policy, "is_on", json_boolean(fields_bool(f, "is_on") != 0));
	json_object_set_new(policy, "profiles", json_deep_copy(profiles));
	if (!f->is_bad && json_array_size(profiles) == 0) {
		fields_refuse(
			f, "profiles", "needs at least one name; GET /api/v1/profiles lists them");
	}
	return policy;
}

/* Answers what is wrong; 200 otherwise. */
static int policy_put(struct request *req, struct db *db, struct response *res, json_t *given)
{
	struct fields f = {.object = given, .res = res, .within = ""};
	_json_ json_t *policy = policy_read(&f);
	if (f.is_bad) {
		return 0;
	}
	const char *name = req->parts[0];
	_free_ char *text = json_dumps(policy, JSON_COMPACT);
	_free_ char *unknown = NULL;
	const int outcome = tree_policy_put(db, name, text, req->caller.id, &unknown);
	switch (outcome) {
	case POLICY_NONE:
		return response_error(res, 404, "unknown_tree", "there is no git tree '%s'", name);
	case POLICY_BAD:
		return response_error(res, 400, "bad_policy",
			"tree '%s' cannot have this policy: %s", name, db_refusal(db));
	case POLICY_UNKNOWN:
		return response_error(res, 422, "unknown_profile",
			"field 'profiles': there is no profile %s; GET /api/v1/profiles lists them",
			unknown);
	}
	if (outcome == 0) {
		response_json(res, 200, json_pack("{s:O}", "policy", policy));
	}
	return outcome;
}

int api_policy(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	return fields_parse(req, res, &root, &f) != 0 ? 0 : policy_put(req, db, res, root);
}

int form_policy(struct request *req, struct db *db, struct response *res)
{
	static const char *const numbers[] = {"back", "bisect_minutes", "every", "interval_s",
		"machine_hours", "migrations", "per_day", "priority", "repeats", NULL};
	_json_ json_t *form = NULL;
	int outcome = form_read(req, db, res, numbers, &form);
	if (outcome == FORM_BAD) {
		return form_failed(req, db, res, form);
	}
	if (outcome != 0) {
		return outcome;
	}
	json_object_set_new(form, "is_on", json_boolean(json_object_get(form, "is_on") != NULL));
	json_t *one = json_object_get(form, "profiles");
	if (json_is_string(one)) {
		json_object_set_new(form, "profiles", json_pack("[O]", one));
	}
	outcome = policy_put(req, db, res, form);
	if (outcome == 0 && res->status >= 400) {
		return form_failed(req, db, res, form);
	}
	return outcome != 0 ? outcome : form_done(res, "/trees/%s", req->parts[0]);
}
