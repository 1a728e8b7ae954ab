/* The six answers on a bug's page. */
#include "http/page_verdict.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "http/fields.h"
#include "http/form.h"
#include "http/page_bug.h"
#include "http/routes.h"
#include "http/settle.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/verdict_json.h"
#include "store/db.h"
#include "store/row.h"
#include "store/settle.h"

enum { WORDS_MAX = 200 };

/* Whose sides; NULL: the default. */
struct asked {
	const char *id;
	const char *tree;
	const char *before;
	const char *after;
};

struct judged {
	json_t *data; /* borrowed: an object with "cells" */
	struct rate_cell *cells;
	size_t n;
	struct verdict verdict;
};

static void judged_fini(struct judged *j)
{
	free(j->cells);
}
#define _judged_ __attribute__((cleanup(judged_fini)))

static struct rate_side side_read(const json_t *cell, const char *name)
{
	const json_t *side = json_object_get(cell, name);
	return (struct rate_side){.events = json_number_value(json_object_get(side, "k")),
		.exposure = json_number_value(json_object_get(side, "exposure")),
		.seconds = json_number_value(json_object_get(side, "seconds"))};
}

/* What counters count must be known to be the same: a stratum without it is not compared. */
static void judge(json_t *data, struct judged *j)
{
	size_t i;
	const json_t *cell;
	const json_t *cells = json_object_get(data, "cells");
	j->data = data;
	j->n = json_array_size(cells);
	j->cells = alloc_zero(j->n + 1, sizeof(*j->cells));
	json_array_foreach((json_t *)cells, i, cell)
	{
		if (json_is_string(json_object_get(cell, "meaning"))) {
			j->cells[i] = (struct rate_cell){
				side_read(cell, "before"), side_read(cell, "after")};
		}
	}
	verdict_of(j->cells, j->n, &j->verdict);
}

/* The cell that is to be run, or NULL: nothing would settle it. */
static const json_t *more_cell(const struct judged *j)
{
	const json_t *order = json_object_get(j->data, "order");
	const bool is_possible = json_is_integer(json_object_get(order, "revision_id")) ||
				 json_is_integer(json_object_get(order, "commit_id"));
	return is_possible ? json_array_get(json_object_get(j->data, "cells"), j->verdict.more_cell)
			   : NULL;
}

static int64_t more_attempts(const struct judged *j, const json_t *cell)
{
	return settle_attempts(
		j->verdict.more_seconds, json_integer_value(json_object_get(cell, "duration_s")));
}

/* The constants, so that nobody has to look for them in the source. */
static json_t *thresholds(void)
{
	return json_pack("{s:f, s:f, s:f, s:f, s:f}", "fixed_ratio", VERDICT_FIXED_RATIO, "sure",
		VERDICT_SURE, "events_due", VERDICT_EVENTS_DUE, "fell", VERDICT_FELL, "confidence",
		VERDICT_CONFIDENCE);
}

static void set_numbers(const struct judged *j)
{
	json_t *judged = verdict_json(&j->verdict, j->n);
	const json_t *cell = more_cell(j);
	json_t *more = json_object_get(judged, "more");
	if (cell != NULL) {
		json_object_set(more, "profile", json_object_get(cell, "profile"));
		json_object_set_new(more, "attempts", json_integer(more_attempts(j, cell)));
	}
	json_object_set_new(j->data, "judged", judged);
	json_object_set_new(j->data, "thresholds", thresholds());
}

/* Numbers in words: SQL's, as everywhere. */
static int set_said(struct db *db, const struct judged *j)
{
	const struct verdict *v = &j->verdict;
	_json_ json_t *numbers = json_pack(
		"[{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}]", "ratio",
		verdict_number(v->ratio.ratio), "low", verdict_number(v->ratio.low), "high",
		verdict_number(v->ratio.high), "seen_before",
		verdict_number(v->ratio.events_before), "seen_after",
		verdict_number(v->ratio.events_after), "due_by_work",
		verdict_number(v->due_by_work), "due_by_time", verdict_number(v->due_by_time),
		"fell", verdict_number(v->fell), "sure_percent",
		verdict_number(100 * v->fixed_chance), "more_work",
		verdict_number(v->more_exposure), "more_s", verdict_number(v->more_seconds));
	json_t *first = json_array_get(numbers, 0);
	static const char *const names[VERDICT_TRUTHS] = {
		"if_tenth_percent", "if_third_percent", "if_equal_percent"};
	for (size_t i = 0; i < VERDICT_TRUTHS; i++) {
		json_object_set_new(first, names[i], json_real(100 * v->more_fixed[i]));
	}
	_free_ char *text = json_dumps(numbers, JSON_COMPACT);
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "page_said", &rows, db_text(text));
	if (outcome != 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	_json_ json_t *said = json_loads(row_text(rows, 0, "page"), 0, NULL);
	json_object_set(j->data, "said", json_array_get(said, 0));
	return 0;
}

static json_t *status_of(enum verdict_answer answer)
{
	static const struct {
		const char *mark;
		const char *class;
	} marks[] = {
		[VERDICT_NOT_COMPARABLE] = {"–", "idle"},
		[VERDICT_STILL_THERE] = {"✗", "bad"},
		[VERDICT_RARER] = {"!", "warn"},
		[VERDICT_FIXED] = {"✓", "good"},
		[VERDICT_MASKED] = {"!", "warn"},
		[VERDICT_CANNOT_TELL] = {"…", "idle"},
	};
	return json_pack("{s:s, s:s, s:s}", "word", verdict_label(answer), "mark",
		marks[answer].mark, "class", marks[answer].class);
}

/* What the template chooses by. */
static void set_choices(const struct judged *j)
{
	_free_ char *says = alloc_format("says_%s", verdict_word(j->verdict.answer));
	const json_t *cell = more_cell(j);
	json_object_set_new(j->data, says, json_true());
	json_object_set_new(j->data, "status", status_of(j->verdict.answer));
	json_object_set_new(j->data, "is_masked", json_boolean(j->verdict.is_masked));
	if (cell != NULL) {
		json_object_set_new(j->data, "more",
			json_pack("{s:O, s:I}", "profile", json_object_get(cell, "profile"),
				"attempts", (json_int_t)more_attempts(j, cell)));
	}
}

static int judged_add(struct db *db, const struct judged *j)
{
	set_numbers(j);
	set_choices(j);
	return set_said(db, j);
}

int page_verdict_add(struct request *req, struct db *db, json_t *page)
{
	_judged_ struct judged j = {0};
	judge(page, &j);
	const int outcome = judged_add(db, &j);
	return outcome == 0 ? page_bug_add(req, db, page) : outcome;
}

/* A profile of a range as a stratum: within it and behind. */
static json_t *cell_of(json_t *profile)
{
	json_t *before = json_object_get(profile, "within");
	json_t *after = json_object_get(profile, "after");
	json_t *meaning = json_object_get(before, "meaning");
	const bool is_alike = after == NULL || json_is_null(after) ||
			      json_equal(meaning, json_object_get(after, "meaning"));
	return json_pack("{s:O?, s:O?, s:O?}", "before", before, "after", after, "meaning",
		is_alike ? meaning : NULL);
}

int page_verdict_ranges(struct db *db, json_t *page)
{
	size_t i;
	size_t k;
	json_t *range;
	json_t *profile;
	int outcome = 0;
	json_array_foreach(json_object_get(page, "ranges"), i, range)
	{
		if (!json_is_true(json_object_get(range, "is_rated"))) {
			continue; /* breaks of builds and boots are judged by commits */
		}
		_json_ json_t *verdict = json_pack("{s:[]}", "cells");
		json_array_foreach(json_object_get(range, "profiles"), k, profile)
		{
			json_array_append_new(json_object_get(verdict, "cells"), cell_of(profile));
		}
		_judged_ struct judged j = {0};
		judge(verdict, &j);
		outcome = outcome == 0 ? judged_add(db, &j) : outcome;
		json_object_del(verdict, "cells");
		json_object_set(range, "verdict", verdict);
	}
	return outcome;
}

/* What is known of both sides: *out is NULL where there is no such bug. */
static int sides_load(struct db *db, const struct asked *asked, json_t **out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "page_bug_sides", &rows, db_text(asked->id),
		db_text(asked->tree), db_text(asked->before), db_text(asked->after));
	if (outcome == 0 && rows_count(rows) > 0) {
		*out = json_loads(row_text(rows, 0, "page"), 0, NULL);
	}
	return outcome > 0 ? DB_FAULT : outcome;
}

/* Queues what would settle it. *run_id stays 0 when the answer has been made. */
static int order(struct request *req, struct db *db, struct response *res,
	const struct asked *asked, int64_t *run_id)
{
	_json_ json_t *sides = NULL;
	_judged_ struct judged j = {0};
	const int outcome = sides_load(db, asked, &sides);
	if (outcome != 0 || sides == NULL) {
		return outcome != 0 ? outcome
				    : response_error(res, 404, "unknown_bug",
					      "there is no bug '%s'", asked->id);
	}
	judge(sides, &j);
	const json_t *cell = more_cell(&j);
	if (cell == NULL) {
		return response_error(res, 409, "nothing_to_settle",
			"bug %s: %s; no work that could be queued would change that", asked->id,
			verdict_label(j.verdict.answer));
	}
	const json_t *where = json_object_get(j.data, "order");
	/* Not as it was asked for: 007 is 7. */
	const int64_t bug = json_integer_value(json_object_get(j.data, "bug"));
	struct settle what = {.token_id = req->caller.id,
		.tree_id = json_integer_value(json_object_get(where, "tree_id")),
		.revision_id = json_integer_value(json_object_get(where, "revision_id")),
		.commit_id = json_integer_value(json_object_get(where, "commit_id")),
		.profile_id = json_integer_value(json_object_get(cell, "profile_id")),
		.attempts = more_attempts(&j, cell)};
	_free_ char *title = alloc_format("fixed or masked? bug %" PRId64 " on %s", bug,
		json_string_value(json_object_get(cell, "profile")));
	/* The same until one of its attempts has ended. */
	_free_ char *key =
		alloc_format("verdict-%" PRId64 "-%" PRId64 "-%" PRId64 "-%" PRId64 "-%.17g", bug,
			what.revision_id, what.commit_id, what.profile_id,
			j.cells[j.verdict.more_cell].after.exposure);
	what.title = title;
	what.key = key;
	const int fault = settle_order(db, &what, run_id);
	return fault > 0 ? response_error(res, 409, "not_possible", "%s", db_refusal(db)) : fault;
}

int page_verdict_order(struct request *req, struct db *db, struct response *res)
{
	static const char *const known[] = {"tree", "before", "after", NULL};
	_json_ json_t *root = NULL;
	struct fields f;
	int64_t run_id = 0;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	fields_only(&f, known);
	const struct asked asked = {.id = route_part(req, "{id}"),
		.tree = fields_text(&f, "tree", WORDS_MAX, false),
		.before = fields_text(&f, "before", WORDS_MAX, false),
		.after = fields_text(&f, "after", WORDS_MAX, false)};
	const int outcome = f.is_bad ? 0 : order(req, db, res, &asked, &run_id);
	return outcome == 0 && run_id != 0 ? settle_answer(db, res, run_id) : outcome;
}

int page_verdict_form(struct request *req, struct db *db, struct response *res)
{
	static const char *const no_numbers[] = {NULL};
	_json_ json_t *form = NULL;
	int64_t run_id = 0;
	int outcome = form_read(req, db, res, no_numbers, &form);
	if (outcome == 0) {
		const struct asked asked = {.id = route_part(req, "{id}"),
			.tree = json_string_value(json_object_get(form, "tree")),
			.before = json_string_value(json_object_get(form, "before")),
			.after = json_string_value(json_object_get(form, "after"))};
		outcome = order(req, db, res, &asked, &run_id);
	}
	if (outcome >= 0 && run_id != 0) {
		return form_done(res, "/runs/%" PRId64, run_id);
	}
	return outcome < 0 ? outcome : form_failed(req, db, res, form);
}
