/* Suspect x fix: four rates and what they say. The suspect is judged where the fix is not, the fix
 * where the suspect is; then how much the one changes what the other does. */
#include "http/page_crossing.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "http/fields.h"
#include "http/form.h"
#include "http/page_bug.h"
#include "http/routes.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"
#include "stats/suspect.h"
#include "stats/verdict.h"
#include "store/crossing.h"
#include "store/db.h"
#include "store/row.h"

/* So that a chance of one in four shows itself nearly surely; whole runs, since one more order is
 * one click. */
enum { ATTEMPTS = 10, ATTEMPTS_MAX = 100, NAME_MAX_BYTES = 255 };

/* Counts of [suspect there][fix applied]. */
static void sides_read(const json_t *page, struct rate_side sides[2][2])
{
	size_t i;
	const json_t *cell;
	json_array_foreach(json_object_get(page, "cells"), i, cell)
	{
		const bool has_suspect = json_is_true(json_object_get(cell, "has_suspect"));
		const bool has_fix = json_is_true(json_object_get(cell, "has_fix"));
		sides[has_suspect][has_fix] =
			(struct rate_side){.events = json_number_value(json_object_get(cell, "k")),
				.exposure = json_number_value(json_object_get(cell, "exposure")),
				.seconds = json_number_value(json_object_get(cell, "seconds"))};
	}
}

static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *said(double value)
{
	_free_ char *text = alloc_format("%.3g", value);
	return isfinite(value) ? json_string(text) : json_null();
}

/* An answer with the ratio of the two rates, and `more` under its own name. */
static json_t *judged(const char *answer, const struct ratio *ratio, const char *name, double more)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o}", "answer", answer, "ratio",
		number(ratio->ratio), "low", number(ratio->low), "high", number(ratio->high), name,
		number(more));
}

static void suspect_add(json_t *page, const struct rate_side sides[2][2])
{
	const struct rate_cell cell = {.before = sides[0][0], .after = sides[1][0]};
	struct suspect s;
	suspect_judge(&cell, 1, &s);
	_free_ char *says = alloc_format("suspect_%s", suspect_word(s.answer));
	json_object_set_new(page, says, json_true());
	json_object_set_new(page, "suspect_judged",
		judged(suspect_word(s.answer), &s.ratio, "more_exposure", s.more_exposure));
	json_object_set_new(page, "suspect_said",
		json_pack("{s:o, s:o, s:o}", "ratio", said(s.ratio.ratio), "low", said(s.ratio.low),
			"high", said(s.ratio.high)));
}

static void fix_add(json_t *page, const struct rate_side sides[2][2])
{
	const struct rate_cell cell = {.before = sides[1][0], .after = sides[1][1]};
	struct verdict v;
	verdict_of(&cell, 1, &v);
	_free_ char *says = alloc_format("fix_%s", verdict_word(v.answer));
	json_object_set_new(page, says, json_true());
	json_object_set_new(page, "fix_judged",
		judged(verdict_word(v.answer), &v.ratio, "fixed_chance", v.fixed_chance));
	json_object_set_new(page, "fix_words", json_string(verdict_label(v.answer)));
}

static void cross_add(json_t *page, const struct rate_side sides[2][2])
{
	struct suspect_cross cross;
	if (suspect_cross(sides, &cross) != 0) {
		return;
	}
	json_object_set_new(page, "interaction",
		json_pack("{s:f, s:f, s:f, s:f}", "ratio", cross.interaction, "low", cross.low,
			"high", cross.high, "less", cross.less));
	json_object_set_new(page, "interaction_said",
		json_pack("{s:o, s:o, s:o, s:o}", "ratio", said(cross.interaction), "low",
			said(cross.low), "high", said(cross.high), "less", said(100 * cross.less)));
}

int page_crossing_add(struct request *req, struct db *db, json_t *page)
{
	struct rate_side sides[2][2] = {0};
	sides_read(page, sides);
	suspect_add(page, sides);
	fix_add(page, sides);
	cross_add(page, sides);
	return page_bug_add(req, db, page);
}

static const struct {
	const char *word;
	int status;
	const char *message;
} refusals[] = {
	{"no_base", 422, "'base' is no commit of the tree"},
	{"no_bug", 404, "there is no such bug"},
	{"no_fix", 422, "no fix is known: name it as 'fix', or search for it"},
	{"no_suspect", 422, "no suspect is known: name it as 'suspect', or search for it"},
	{"not_seen", 422,
		"the bug has not been seen on a commit of a git tree under such a profile, without "
		"patches"},
	{"same", 422, "'suspect' and 'fix' are one commit"},
};

static int refuse(struct response *res, const char *why)
{
	size_t i = 0;
	while (i + 1 < sizeof(refusals) / sizeof(refusals[0]) &&
		strcmp(refusals[i].word, why) != 0) {
		i++;
	}
	return response_error(res, refusals[i].status, why, "%s", refusals[i].message);
}

/* Refusals are in the answer, then; else *id is the crossing. */
static int order(struct request *req, struct db *db, struct fields *f, int64_t *id)
{
	static const char *const known[] = {
		"attempts", "base", "bug", "fix", "profile", "suspect", "tree", NULL};
	_free_ char *why = NULL;
	fields_only(f, known);
	_free_ char *bug =
		alloc_format("%" PRId64, fields_int(f, "bug", 1, INT64_MAX, FIELDS_REQUIRED));
	const struct crossing_new new = {.bug = bug,
		.tree = fields_text(f, "tree", NAME_MAX_BYTES, false),
		.profile = fields_text(f, "profile", NAME_MAX_BYTES, false),
		.base = fields_text(f, "base", NAME_MAX_BYTES, false),
		.suspect = fields_text(f, "suspect", NAME_MAX_BYTES, false),
		.fix = fields_text(f, "fix", NAME_MAX_BYTES, false),
		.attempts = fields_int(f, "attempts", 1, ATTEMPTS_MAX, ATTEMPTS),
		.token_id = req->caller.id};
	const int outcome = f->is_bad ? 0 : crossing_add(db, &new, id, &why);
	return outcome == CROSSING_BAD ? refuse(f->res, why == NULL ? "same" : why) : outcome;
}

int page_crossing_order(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	_rows_ struct rows *rows = NULL;
	struct fields f;
	int64_t id = 0;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	int outcome = order(req, db, &f, &id);
	if (outcome != 0 || res->status != 0) {
		return outcome;
	}
	_free_ char *text = alloc_format("%" PRId64, id);
	outcome = DB_QUERY(db, "api_crossing", &rows, db_text(text));
	if (outcome == 0 && rows_count(rows) > 0) {
		response_json(res, 201, json_loads(row_text(rows, 0, "body"), 0, NULL));
	}
	return outcome;
}

int page_crossing_form(struct request *req, struct db *db, struct response *res)
{
	static const char *const numbers[] = {"attempts", NULL};
	_json_ json_t *form = NULL;
	int64_t id = 0;
	int64_t bug = 0; /* is none */
	int outcome = form_read(req, db, res, numbers, &form);
	if (outcome == 0) {
		number_parse(route_part(req, "{id}"), 1, INT64_MAX, &bug);
		json_object_set_new(form, "bug", json_integer(bug));
		struct fields f = {.object = form, .res = res, .within = ""};
		outcome = order(req, db, &f, &id);
	}
	if (outcome < 0 || res->status >= 400) {
		return outcome < 0 ? outcome : form_failed(req, db, res, form);
	}
	return form_done(res, "/crossings/%" PRId64, id);
}
