/* Subscriptions: who is told of what. A target is taken and never shown in full again. */
#include "http/api_subscription.h"

#include <stdlib.h>
#include <string.h>

#include "http/fields.h"
#include "http/form.h"
#include "http/form_keep.h"
#include "http/routes.h"
#include "http/target.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/row.h"
#include "store/subscription.h"

enum {
	NAME_BYTES = 64,
	WORD_BYTES = 64,
	TARGET_BYTES = 2048,
	PATH_BYTES = 200,
	SECRET_BYTES = 100,
	KINDS_MAX = 16,
	DIGEST_MAX = 168
};

#define FIELDS                                                                                     \
	"name", "state", "channel", "target", "kinds", "what", "tree", "profile", "path",          \
		"severity", "digest_hours", "public", "regzbot", "secret"
static const char *const add_known[] = {FIELDS, NULL};
static const char *const change_known[] = {FIELDS, "version", NULL};
static const char *const form_numbers[] = {"digest_hours", "version", NULL};

static void text_set(struct fields *f, json_t *out, const char *name, size_t max,
	const char *standard, bool is_required)
{
	const char *text = fields_text(f, name, max, is_required);
	text = text == NULL ? standard : text;
	json_object_set_new(out, name, text == NULL ? json_null() : json_string(text));
}

static void flag_set(struct fields *f, json_t *out, const char *name)
{
	json_object_set_new(out, name, json_boolean(fields_bool(f, name) == 1));
}

static void list_set(struct fields *f, json_t *out, const char *name)
{
	const json_t *list = fields_array(f, name, KINDS_MAX);
	json_object_set_new(out, name, list == NULL ? json_array() : json_deep_copy(list));
}

static void target_check(struct fields *f)
{
	const char *channel = fields_text(f, "channel", WORD_BYTES, false);
	const char *target = fields_text(f, "target", TARGET_BYTES, true);
	const bool is_mail = channel == NULL || strcmp(channel, "mail") == 0;
	if (target != NULL && is_mail && !target_is_address(target)) {
		fields_refuse(f, "target", "must be one mail address, like jane@example.org");
	} else if (target != NULL && !is_mail && !target_is_url(target)) {
		fields_refuse(f, "target",
			"must be a URL with https:// or http://, without a user's name");
	}
}

/* All fields, checked as far as the schema does not; what is absent has its standard value. */
static json_t *subscription_read(struct fields *f)
{
	json_t *out = json_object();
	text_set(f, out, "name", NAME_BYTES, NULL, true);
	text_set(f, out, "state", WORD_BYTES, "active", false);
	text_set(f, out, "channel", WORD_BYTES, "mail", false);
	target_check(f);
	text_set(f, out, "target", TARGET_BYTES, NULL, true);
	list_set(f, out, "kinds");
	list_set(f, out, "what");
	text_set(f, out, "tree", WORD_BYTES, NULL, false);
	text_set(f, out, "profile", WORD_BYTES, NULL, false);
	text_set(f, out, "path", PATH_BYTES, NULL, false);
	text_set(f, out, "severity", WORD_BYTES, "low", false);
	json_object_set_new(
		out, "digest_hours", json_integer(fields_int(f, "digest_hours", 0, DIGEST_MAX, 0)));
	text_set(f, out, "secret", SECRET_BYTES, NULL, false);
	flag_set(f, out, "public");
	flag_set(f, out, "regzbot");
	return out;
}

/* What the store made of it, as an answer. 0, or a fault that is returned. */
static int outcome_answer(struct db *db, struct response *res, int outcome)
{
	switch (outcome) {
	case SUBSCRIPTION_UNKNOWN_TREE:
		return response_error(
			res, 422, "unknown_tree", "field 'tree': there is no such tree");
	case SUBSCRIPTION_UNKNOWN_PROFILE:
		return response_error(
			res, 422, "unknown_profile", "field 'profile': there is no such profile");
	case SUBSCRIPTION_STALE:
		return response_error(res, 409, "changed_meanwhile",
			"somebody has changed this subscription meanwhile; look at it again");
	case SUBSCRIPTION_NONE:
		return response_error(
			res, 404, "unknown_subscription", "there is no such subscription");
	case DB_REFUSED:
		return strcmp(db_refusal_state(db), "23505") == 0
			       ? response_error(res, 409, "subscription_exists",
					 "field 'name' is taken: there is a subscription of that "
					 "name already")
			       : response_error(res, 400, "bad_subscription",
					 "the subscription cannot be kept: %s", db_refusal(db));
	default:
		return outcome;
	}
}

/* A new secret is shown now and never again. */
static int subscription_answer(
	struct db *db, struct response *res, int status, int64_t id, const char *secret)
{
	_rows_ struct rows *rows = NULL;
	_free_ char *text = alloc_format("%lld", (long long)id);
	const int outcome = DB_QUERY(db, "api_subscription", &rows, db_text(text));
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	json_t *answer = json_loads(row_text(rows, 0, "body"), 0, NULL);
	if (secret != NULL) {
		json_object_set_new(
			json_object_get(answer, "subscription"), "secret", json_string(secret));
	}
	response_json(res, status, answer);
	return 0;
}

static int subscription_keep(
	struct request *req, struct db *db, struct fields *f, int64_t *id, int64_t version)
{
	const int status = *id == 0 ? 201 : 200;
	_json_ json_t *fields = subscription_read(f);
	if (f->is_bad) {
		return 0;
	}
	_free_ char *text = json_dumps(fields, JSON_COMPACT);
	_free_ char *secret = NULL;
	const int outcome = subscription_put(db, id, &version, text, req->caller.id, &secret);
	return outcome != 0 ? outcome_answer(db, f->res, outcome)
			    : subscription_answer(db, f->res, status, *id, secret);
}

static int subscription_make(
	struct request *req, struct db *db, struct response *res, const json_t *given, int64_t *id)
{
	struct fields f = {.object = given, .res = res, .within = ""};
	fields_only(&f, add_known);
	return subscription_keep(req, db, &f, id, 0);
}

/* As it is, with what is given in its place; null takes away. */
static int subscription_alter(
	struct request *req, struct db *db, struct response *res, const json_t *given, int64_t *id)
{
	struct fields f = {.object = given, .res = res, .within = ""};
	fields_only(&f, change_known);
	int64_t version = 0;
	_free_ char *fields = NULL;
	const int outcome =
		f.is_bad ? 0 : subscription_find(db, req->parts[0], id, &version, &fields);
	if (f.is_bad || outcome != 0) {
		return outcome_answer(db, res, outcome);
	}
	_json_ json_t *merged = json_loads(fields, 0, NULL);
	json_object_update(merged, (json_t *)given);
	version = fields_int(&f, "version", 1, INT32_MAX, version);
	json_object_del(merged, "version");
	struct fields whole = {.object = merged, .res = res, .within = "", .is_bad = f.is_bad};
	return subscription_keep(req, db, &whole, id, version);
}

int api_subscription_add(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	int64_t id = 0;
	return fields_parse(req, res, &root, &f) != 0 ? 0
						      : subscription_make(req, db, res, root, &id);
}

int api_subscription_change(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	int64_t id = 0;
	return fields_parse(req, res, &root, &f) != 0 ? 0
						      : subscription_alter(req, db, res, root, &id);
}

/* Check boxes that are not set are absent; one kind alone is no list yet; an empty target is the
 * one that is there. */
static json_t *form_order(const struct request *req, const json_t *form, const char *action)
{
	static const char *const may_go[] = {"tree", "profile", "path"};
	static const char *const flags[] = {"public", "regzbot"};
	static const char *const lists[] = {"kinds", "what"};
	const bool is_new = req->parts[0][0] == '\0';
	json_t *order = json_object();
	if (strcmp(action, "save") != 0) {
		json_object_set(order, "version", json_object_get(form, "version"));
		json_object_set_new(order, "state",
			json_string(strcmp(action, "pause") == 0 ? "paused" : "active"));
		return order;
	}
	json_object_update(order, (json_t *)form);
	for (size_t i = 0; i < sizeof(may_go) / sizeof(may_go[0]); i++) {
		if (json_object_get(form, may_go[i]) == NULL) {
			json_object_set_new(order, may_go[i], json_null());
		}
	}
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		json_object_set_new(
			order, flags[i], json_boolean(json_object_get(form, flags[i]) != NULL));
	}
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const json_t *list = json_object_get(form, lists[i]);
		if (!json_is_array(list)) {
			json_object_set_new(order, lists[i],
				list == NULL ? json_array() : json_pack("[O]", list));
		}
	}
	if (is_new) {
		json_object_del(order, "version");
	}
	return order;
}

int form_subscription(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *form = NULL;
	int outcome = form_read(req, db, res, form_numbers, &form);
	const char *given = json_string_value(json_object_get(form, "action"));
	_free_ char *action = alloc_copy(given == NULL ? "save" : given);
	json_object_del(form, "action");
	int64_t id = 0;
	if (outcome == 0) {
		_json_ json_t *order = form_order(req, form, action);
		outcome = req->parts[0][0] == '\0' ? subscription_make(req, db, res, order, &id)
						   : subscription_alter(req, db, res, order, &id);
		json_object_update(form, order);
	}
	if (outcome < 0) {
		return outcome;
	}
	if (res->status >= 400) {
		if (form != NULL) {
			form_fill(form, change_known);
		}
		return form_failed(req, db, res, form);
	}
	_json_ json_t *answer = json_loadb(res->body, res->size, 0, NULL);
	json_t *made = json_object_get(answer, "subscription");
	if (json_object_get(made, "secret") == NULL) {
		return form_done(res, "/subscriptions/%lld", (long long)id);
	}
	form_fill(form, change_known);
	response_fini(res);
	*res = (struct response){0};
	return form_show(req, db, res, 200, form, NULL, made);
}
