/* What people decide about bugs. */
#include "http/api_bug.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "http/fields.h"
#include "http/form.h"
#include "http/routes.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"
#include "store/bug_life.h"
#include "store/db.h"
#include "store/row.h"

enum { TITLE_MAX = 1000, NOTE_MAX = 2000, SHA_MAX = 64, TREE_MAX = 64, PARTS_MAX = 1000 };

/* Which field says which other bug is meant. */
static const struct {
	const char *action;
	const char *other;
	const char *known[6];
} actions[] = {
	{"apart", "of", {"of", "note", "version"}},
	{"duplicate", "of", {"of", "note", "version"}},
	{"fix", NULL, {"title", "sha", "tree", "note", "version"}},
	{"invalid", NULL, {"note", "version"}},
	{"join", "bug", {"bug", "note", "version"}},
	{"needed", NULL, {"tree", "note", "version"}},
	{"needless", NULL, {"tree", "note", "version"}},
	{"open", NULL, {"note", "version"}},
	{"split", NULL, {"titles", "attempts", "note", "version"}},
	{"unfix", NULL, {"note", "version"}},
};
enum { ACTIONS = sizeof(actions) / sizeof(actions[0]) };

/* An order with what it owns. */
struct wish {
	struct bug_order order;
	char *title;
};

static void wish_fini(struct wish *wish)
{
	free(wish->title);
	free(wish->order.titles);
	free(wish->order.attempts);
}
#define _wish_ __attribute__((cleanup(wish_fini)))

/* Without the white space around it, as people paste it; NULL stays NULL. */
static char *trimmed(const char *text)
{
	if (text == NULL) {
		return NULL;
	}
	while (isspace((unsigned char)*text)) {
		text++;
	}
	size_t n = strlen(text);
	while (n > 0 && isspace((unsigned char)text[n - 1])) {
		n--;
	}
	return alloc_format("%.*s", (int)n, text);
}

static bool is_twice(const json_t *list, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (json_equal(json_array_get(list, i), json_array_get(list, j))) {
			return true;
		}
	}
	return false;
}

/* The parts of a split; one that is named twice counts once. */
static void parts_read(struct fields *f, struct bug_order *order)
{
	const json_t *titles = fields_array(f, "titles", PARTS_MAX);
	const json_t *attempts = fields_array(f, "attempts", PARTS_MAX);
	order->titles = alloc_zero(json_array_size(titles) + 1, sizeof(*order->titles));
	order->attempts = alloc_zero(json_array_size(attempts) + 1, sizeof(*order->attempts));
	for (size_t i = 0; i < json_array_size(titles); i++) {
		const char *title = json_string_value(json_array_get(titles, i));
		if (title == NULL) {
			fields_refuse(f, "titles", "must be texts");
		} else if (!is_twice(titles, i)) {
			order->titles[order->n_titles++] = title;
		}
	}
	for (size_t i = 0; i < json_array_size(attempts); i++) {
		const json_t *attempt = json_array_get(attempts, i);
		if (!json_is_integer(attempt)) {
			fields_refuse(f, "attempts", "must be numbers of attempts");
		} else if (!is_twice(attempts, i)) {
			order->attempts[order->n_attempts++] = json_integer_value(attempt);
		}
	}
}

/* The fields of an order; what is wrong with them is in the answer then. */
static void wish_read(struct fields *f, size_t action, struct wish *wish)
{
	struct bug_order *order = &wish->order;
	fields_only(f, actions[action].known);
	order->action = actions[action].action;
	order->note = fields_text(f, "note", NOTE_MAX, false);
	order->note = order->note == NULL ? "" : order->note;
	order->version = fields_int(f, "version", 1, INT32_MAX, 0);
	if (actions[action].other != NULL) {
		order->other_id =
			fields_int(f, actions[action].other, 1, INT64_MAX, FIELDS_REQUIRED);
	} else if (strcmp(order->action, "fix") == 0) {
		wish->title = trimmed(fields_line(f, "title", TITLE_MAX, false));
		order->title = wish->title == NULL || wish->title[0] == '\0' ? NULL : wish->title;
		order->sha = fields_text(f, "sha", SHA_MAX, false);
		order->tree = fields_text(f, "tree", TREE_MAX, false);
	} else if (strncmp(order->action, "need", strlen("need")) == 0) {
		order->tree = fields_text(f, "tree", TREE_MAX, true);
	} else if (strcmp(order->action, "split") == 0) {
		parts_read(f, order);
	}
}

/* The bug as it is now, as GET has it, without its reports. */
static int bug_answer(struct db *db, struct response *res, int64_t bug_id, int status)
{
	_rows_ struct rows *rows = NULL;
	_free_ char *id = alloc_format("%" PRId64, bug_id);
	const int outcome = DB_QUERY(db, "api_bug_life", &rows, db_text(id));
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	response_json(res, status, json_loads(row_text(rows, 0, "body"), 0, NULL));
	if (status == 201) {
		response_header(res, "Location", "/api/v1/bugs/%" PRId64, bug_id);
	}
	return 0;
}

/* Positive: refused, and answered. */
static int order_run(struct db *db, struct response *res, const struct bug_order *order,
	struct bug_answer *answer)
{
	const int outcome = bug_order(db, order, answer);
	_free_ char *why = answer->why;
	answer->why = NULL;
	switch (outcome) {
	case BUG_NONE:
		response_error(res, 404, "unknown_bug", "there is no bug %" PRId64, order->bug_id);
		return 1;
	case BUG_STALE:
		response_error(res, 409, "changed",
			"bug %" PRId64 " has changed since you saw it: look at it again",
			order->bug_id);
		return 1;
	case BUG_WRONG:
		response_error(res, 409, "not_possible", "%s", why);
		return 1;
	case DB_REFUSED:
		response_error(res, 400, "bad_order", "%s", db_refusal(db));
		return 1;
	default:
		return outcome;
	}
}

static size_t action_find(const char *name)
{
	size_t i = 0;
	while (i < ACTIONS && strcmp(actions[i].action, name) != 0) {
		i++;
	}
	return i;
}

/* The bug's number out of the path; -1: no number, so no bug. */
static int64_t bug_of(const struct request *req)
{
	int64_t id = -1;
	return number_parse(req->parts[0], 1, INT64_MAX, &id) == 0 ? id : -1;
}

int api_bug_order(struct request *req, struct db *db, struct response *res)
{
	static const char empty[] = "{}";
	struct request with_body = *req;
	if (req->body_size == 0) {
		with_body.body = (char *)empty;
		with_body.body_size = sizeof(empty) - 1;
	}
	_json_ json_t *root = NULL;
	_wish_ struct wish wish = {0};
	struct fields f;
	if (fields_parse(&with_body, res, &root, &f) != 0) {
		return 0;
	}
	wish_read(&f, action_find(strrchr(req->route->path, '/') + 1), &wish);
	if (f.is_bad) {
		return 0;
	}
	wish.order.bug_id = bug_of(req);
	wish.order.token_id = req->caller.id;
	struct bug_answer answer;
	const int outcome = order_run(db, res, &wish.order, &answer);
	return outcome > 0   ? 0
	       : outcome < 0 ? outcome
			     : bug_answer(db, res, answer.bug_id, answer.is_made ? 201 : 200);
}

/* "3, 5 8" → [3, 5, 8]; what is no number becomes null, which is refused. */
static json_t *numbers_read(const char *text)
{
	_free_ char *copy = alloc_copy(text);
	json_t *list = json_array();
	char *rest = copy;
	for (char *word = strsep(&rest, ", \n"); word != NULL; word = strsep(&rest, ", \n")) {
		int64_t value = 0;
		const bool is_good = number_parse(word, 0, INT64_MAX, &value) == 0;
		if (*word != '\0') {
			json_array_append_new(list, is_good ? json_integer(value) : json_null());
		}
	}
	return list;
}

/* The form has the fields of all actions, under names that mean nothing else on the page; the order
 * is what the meant action knows of them. */
static json_t *form_shape(const json_t *form, size_t action)
{
	const struct {
		const char *from;
		const char *to;
	} fields[] = {{"fix_sha", "sha"}, {"fix_title", "title"}, {"fix_tree", "tree"},
		{"note", "note"}, {"other_bug", actions[action].other},
		{"split_attempts", "attempts"}, {"split_titles", "titles"}, {"version", "version"}};
	json_t *out = json_object();
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		json_t *value = json_object_get(form, fields[i].from);
		bool is_known = false;
		for (size_t k = 0; actions[action].known[k] != NULL; k++) {
			is_known = is_known ||
				   (fields[i].to != NULL &&
					   strcmp(actions[action].known[k], fields[i].to) == 0);
		}
		if (value == NULL || !is_known) {
			continue;
		}
		if (strcmp(fields[i].to, "attempts") == 0 && json_is_string(value)) {
			json_object_set_new(
				out, "attempts", numbers_read(json_string_value(value)));
		} else if (strcmp(fields[i].to, "titles") == 0 && !json_is_array(value)) {
			json_object_set_new(out, "titles", json_pack("[O]", value));
		} else {
			json_object_set(out, fields[i].to, value);
		}
	}
	return out;
}

/* What the form asks for: done, and on to the bug's page; or the refusal is in the answer. */
static int form_order(struct request *req, struct db *db, struct response *res, const json_t *form)
{
	const char *name = json_string_value(json_object_get(form, "action"));
	const size_t action = action_find(name == NULL ? "" : name);
	if (action == ACTIONS) {
		return response_error(res, 400, "bad_form", "the form does not say what to do");
	}
	_json_ json_t *shaped = form_shape(form, action);
	_wish_ struct wish wish = {0};
	struct fields f = {.object = shaped, .res = res, .within = ""};
	struct bug_answer answer;
	wish_read(&f, action, &wish);
	if (f.is_bad) {
		return 0;
	}
	wish.order.bug_id = bug_of(req);
	wish.order.token_id = req->caller.id;
	const int outcome = order_run(db, res, &wish.order, &answer);
	return outcome == 0 ? form_done(res, "/bugs/%" PRId64, answer.bug_id) : outcome;
}

int form_bug(struct request *req, struct db *db, struct response *res)
{
	static const char *const numbers[] = {"other_bug", "version", NULL};
	_json_ json_t *form = NULL;
	int outcome = form_read(req, db, res, numbers, &form);
	if (outcome == 0) {
		outcome = form_order(req, db, res, form);
	}
	return outcome < 0 ? outcome : res->status >= 400 ? form_failed(req, db, res, form) : 0;
}
