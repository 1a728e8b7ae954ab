/* Rules that mark known issues. What is wrong with a pattern is told with its place, and nothing is
 * kept that does not compile. */
#include "http/api_rule.h"

#include <stdlib.h>
#include <string.h>

#include "http/fields.h"
#include "http/form.h"
#include "http/form_keep.h"
#include "http/routes.h"
#include "http/rule_preview.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/row.h"
#include "store/rule.h"
#include "store/run.h"

enum { NAME_MAX_BYTES = 64, SCOPE_MAX = 64, ISSUE_MAX = 2000, LINK_MAX = 2048, NOTE_MAX = 2000 };

#define RULE_FIELDS                                                                                \
	"name", "pattern", "target", "arch", "fs", "tree", "issue", "link", "bug", "state"
static const char *const add_known[] = {RULE_FIELDS, "note", NULL};
static const char *const change_known[] = {RULE_FIELDS, "note", "version", NULL};
static const char *const preview_known[] = {"pattern", "target", "arch", "fs", "tree", NULL};
/* A form has more on it than is asked for at a time. */
static const char *const form_numbers[] = {"bug", "version", NULL};

static void pattern_cleanup(struct pattern **pattern)
{
	pattern_free(*pattern);
}
#define _pattern_ __attribute__((cleanup(pattern_cleanup)))

/* The pattern, compiled; NULL when an answer has been made. */
static struct pattern *pattern_read(struct fields *f)
{
	const char *text = fields_text(f, "pattern", PATTERN_BYTES, true);
	struct pattern *pattern = NULL;
	struct pattern_error error;
	if (text != NULL && pattern_new(text, &pattern, &error) != 0) {
		f->is_bad = true;
		response_error_details(f->res, 400, "bad_pattern",
			json_pack("{s:s,s:I}", "field", "pattern", "offset",
				(json_int_t)error.offset),
			"field 'pattern' is no PCRE2 expression, at byte %zu: %s", error.offset,
			error.text);
	}
	return pattern;
}

static enum rule_target target_read(struct fields *f)
{
	const char *text = fields_text(f, "target", SCOPE_MAX, true);
	const enum rule_target target = text == NULL ? RULE_NONE : rule_target_parse(text);
	if (text != NULL && target == RULE_NONE) {
		fields_refuse(f, "target", "must be line, report or title");
	}
	return target;
}

static void text_copy(
	struct fields *f, json_t *rule, const char *name, size_t max, bool is_required)
{
	const char *text = fields_text(f, name, max, is_required);
	json_object_set_new(rule, name, text == NULL ? json_null() : json_string(text));
}

static void link_check(struct fields *f)
{
	const char *link = fields_text(f, "link", LINK_MAX, false);
	if (link != NULL && strncmp(link, "https://", 8) != 0 && strncmp(link, "http://", 7) != 0) {
		fields_refuse(f, "link", "must begin with https:// or http://");
	}
}

static void state_set(struct fields *f, json_t *rule)
{
	const char *state = fields_text(f, "state", SCOPE_MAX, false);
	if (state != NULL && strcmp(state, "active") != 0 && strcmp(state, "retired") != 0) {
		fields_refuse(f, "state", "must be active or retired");
	}
	json_object_set_new(rule, "state", json_string(state == NULL ? "active" : state));
}

/* All fields of a rule, checked; what is absent is null. */
static json_t *rule_read(struct fields *f)
{
	json_t *rule = json_object();
	text_copy(f, rule, "name", NAME_MAX_BYTES, true);
	pattern_free(pattern_read(f));
	text_copy(f, rule, "pattern", PATTERN_BYTES, true);
	target_read(f);
	text_copy(f, rule, "target", SCOPE_MAX, true);
	text_copy(f, rule, "arch", SCOPE_MAX, false);
	text_copy(f, rule, "fs", SCOPE_MAX, false);
	text_copy(f, rule, "tree", SCOPE_MAX, false);
	text_copy(f, rule, "issue", ISSUE_MAX, true);
	link_check(f);
	text_copy(f, rule, "link", LINK_MAX, false);
	const int64_t bug = fields_int(f, "bug", 1, INT64_MAX, 0);
	json_object_set_new(rule, "bug", bug == 0 ? json_null() : json_integer(bug));
	state_set(f, rule);
	return rule;
}

/* What the store made of it, as an answer. 0, or a fault that is returned. */
static int outcome_answer(struct db *db, struct response *res, int outcome, const json_t *rule)
{
	switch (outcome) {
	case RULE_UNKNOWN_TREE:
		return response_error(res, 422, "unknown_tree",
			"field 'tree': there is no tree '%s'",
			json_string_value(json_object_get(rule, "tree")));
	case RULE_UNKNOWN_BUG:
		return response_error(res, 422, "unknown_bug", "field 'bug': there is no such bug");
	case RULE_STALE:
		return response_error(res, 409, "changed_meanwhile",
			"somebody has changed this rule meanwhile; look at it again");
	case RULE_UNKNOWN:
		return response_error(res, 404, "unknown_rule", "there is no such rule");
	case DB_REFUSED:
		return strcmp(db_refusal_state(db), "23505") == 0
			       ? response_error(res, 409, "rule_exists",
					 "field 'name' is taken: there is a rule of that name "
					 "already")
			       : response_error(res, 400, "bad_rule", "the rule cannot be kept: %s",
					 db_refusal(db));
	default:
		return outcome;
	}
}

static void rule_answer(struct response *res, int status, json_t *rule, int64_t id, int64_t version)
{
	_free_ char *url = alloc_format("/rules/%lld", (long long)id);
	json_object_set_new(rule, "id", json_integer(id));
	json_object_set_new(rule, "version", json_integer(version));
	json_object_set_new(rule, "url", json_string(url));
	response_json(res, status, json_pack("{s:O}", "rule", rule));
}

static int rule_make(
	struct request *req, struct db *db, struct response *res, const json_t *given, int64_t *id)
{
	struct fields f = {.object = given, .res = res, .within = ""};
	fields_only(&f, add_known);
	_json_ json_t *rule = rule_read(&f);
	const char *note = fields_text(&f, "note", NOTE_MAX, false);
	if (f.is_bad) {
		return 0;
	}
	_free_ char *text = json_dumps(rule, JSON_COMPACT);
	const int outcome = rule_add(db, text, req->caller.id, note, id);
	if (outcome != 0) {
		return outcome_answer(db, res, outcome, rule);
	}
	rule_answer(res, 201, rule, *id, 1);
	return 0;
}

/* The rule as it is, with what is given in its place; null takes away. */
static json_t *rule_merge(const char *fields, const json_t *given)
{
	json_t *merged = json_loads(fields, 0, NULL);
	json_object_update(merged, (json_t *)given);
	json_object_del(merged, "note");
	json_object_del(merged, "version");
	return merged;
}

static int rule_alter(
	struct request *req, struct db *db, struct response *res, const json_t *given, int64_t *id)
{
	struct fields f = {.object = given, .res = res, .within = ""};
	fields_only(&f, change_known);
	const char *note = fields_text(&f, "note", NOTE_MAX, false);
	int64_t version = 0;
	_free_ char *fields = NULL;
	int outcome = f.is_bad ? 0 : rule_find(db, req->parts[0], id, &version, &fields);
	if (f.is_bad || outcome != 0) {
		return outcome_answer(db, res, outcome, given);
	}
	_json_ json_t *merged = rule_merge(fields, given);
	version = fields_int(&f, "version", 1, INT32_MAX, version);
	struct fields whole = {.object = merged, .res = res, .within = "", .is_bad = f.is_bad};
	_json_ json_t *rule = rule_read(&whole);
	if (whole.is_bad) {
		return 0;
	}
	_free_ char *text = json_dumps(rule, JSON_COMPACT);
	outcome = rule_change(db, *id, &version, text, req->caller.id, note);
	if (outcome != 0) {
		return outcome_answer(db, res, outcome, rule);
	}
	rule_answer(res, 200, rule, *id, version);
	return 0;
}

static int trial_scope(struct fields *f, struct db *db, struct rule_scope *scope)
{
	const char *name = fields_text(f, "tree", SCOPE_MAX, false);
	scope->arch = fields_text(f, "arch", SCOPE_MAX, false);
	scope->fs = fields_text(f, "fs", SCOPE_MAX, false);
	if (name == NULL || f->is_bad) {
		return 0;
	}
	struct run_tree tree = {0};
	const int outcome = run_tree_find(db, name, &tree);
	scope->tree_id = tree.id;
	run_tree_fini(&tree);
	if (outcome == RUN_NONE) {
		f->is_bad = true;
		return response_error(
			f->res, 422, "unknown_tree", "field 'tree': there is no tree '%s'", name);
	}
	return outcome;
}

/* *out NULL: an answer has been made. */
static int preview_make(struct db *db, struct response *res, const json_t *given, json_t **out)
{
	struct fields f = {.object = given, .res = res, .within = ""};
	_pattern_ struct pattern *pattern = pattern_read(&f);
	struct rule_trial trial = {.pattern = pattern, .target = target_read(&f)};
	const int outcome = f.is_bad ? 0 : trial_scope(&f, db, &trial.scope);
	return f.is_bad || outcome != 0 ? outcome : rule_preview(db, &trial, out);
}

int api_rule_add(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	int64_t id = 0;
	return fields_parse(req, res, &root, &f) != 0 ? 0 : rule_make(req, db, res, root, &id);
}

int api_rule_change(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	int64_t id = 0;
	return fields_parse(req, res, &root, &f) != 0 ? 0 : rule_alter(req, db, res, root, &id);
}

int api_rule_preview(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	fields_only(&f, preview_known);
	_json_ json_t *preview = NULL;
	const int outcome = f.is_bad ? 0 : preview_make(db, res, root, &preview);
	if (preview != NULL) {
		response_json(res, 200, json_pack("{s:O}", "preview", preview));
	}
	return outcome;
}

static int form_preview(struct request *req, struct db *db, struct response *res, json_t *form)
{
	_json_ json_t *preview = NULL;
	const int outcome = preview_make(db, res, form, &preview);
	form_fill(form, change_known);
	if (outcome != 0 || preview == NULL) {
		return outcome != 0 ? outcome : form_failed(req, db, res, form);
	}
	return form_show(req, db, res, 200, form, NULL, preview);
}

/* An empty field of a form is absent from it; here that takes the old value away. */
static json_t *form_order(const struct request *req, const json_t *form, const char *action)
{
	static const char *const may_go[] = {"arch", "fs", "tree", "link", "bug"};
	json_t *order = json_object();
	json_object_set(order, "version", json_object_get(form, "version"));
	json_object_set(order, "note", json_object_get(form, "note"));
	if (strcmp(action, "save") != 0) {
		const bool is_retired = strcmp(action, "retire") == 0;
		json_object_set_new(order, "state", json_string(is_retired ? "retired" : "active"));
		return order;
	}
	json_object_update(order, (json_t *)form);
	for (size_t i = 0; i < sizeof(may_go) / sizeof(may_go[0]) && req->parts[0][0]; i++) {
		if (json_object_get(form, may_go[i]) == NULL) {
			json_object_set_new(order, may_go[i], json_null());
		}
	}
	if (req->parts[0][0] == '\0') {
		json_object_del(order, "version");
	}
	return order;
}

int form_rule(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *form = NULL;
	int outcome = form_read(req, db, res, form_numbers, &form);
	if (outcome == FORM_BAD) {
		if (form != NULL) {
			json_object_del(form, "action");
			form_fill(form, change_known);
		}
		return form_failed(req, db, res, form);
	}
	const char *given = json_string_value(json_object_get(form, "action"));
	_free_ char *action = alloc_copy(given == NULL ? "save" : given);
	json_object_del(form, "action");
	if (outcome != 0 || strcmp(action, "preview") == 0) {
		return outcome != 0 ? outcome : form_preview(req, db, res, form);
	}
	_json_ json_t *order = form_order(req, form, action);
	int64_t id = 0;
	outcome = req->parts[0][0] == '\0' ? rule_make(req, db, res, order, &id)
					   : rule_alter(req, db, res, order, &id);
	if (outcome == 0 && res->status >= 400) {
		form_fill(form, change_known);
		return form_failed(req, db, res, form);
	}
	return outcome != 0 ? outcome : form_done(res, "/rules/%lld", (long long)id);
}
