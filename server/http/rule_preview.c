/* What a rule would match, before it is kept. */
#include "http/rule_preview.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"
#include "store/db.h"
#include "store/row.h"
#include "store/rule.h"
#include "store/utf8.h"

/* TIME: a page's patience; one of few worker threads is busy for as long. GIVEN_UP: so often, and
 * the answer is clear. */
#define TIME_NS INT64_C(2000000000)
enum { SHOWN = 50, BUGS_MAX = 100, GIVEN_UP = 3, MATCHED_BYTES = 200 };

struct preview {
	const struct rule_trial *trial;
	int64_t read, matches, given_up;
	json_t *occurrences;
	json_t *bugs; /* in the order they were met */
};

/* Reports of one bug come in crowds, and there are hundreds of bugs, not thousands. */
static void bug_count(struct preview *p, const struct rows *rows, size_t row)
{
	const int64_t id = row_int(rows, row, "bug_id");
	size_t i;
	json_t *bug;
	json_array_foreach(p->bugs, i, bug)
	{
		if (json_integer_value(json_object_get(bug, "id")) == id) {
			json_t *n = json_object_get(bug, "matches");
			json_integer_set(n, json_integer_value(n) + 1);
			return;
		}
	}
	if (json_array_size(p->bugs) < BUGS_MAX) {
		_free_ char *href = alloc_format("/bugs/%lld", (long long)id);
		json_array_append_new(p->bugs,
			json_pack("{s:I,s:s,s:s,s:i}", "id", (json_int_t)id, "title",
				row_text(rows, row, "bug_title"), "href", href, "matches", 1));
	}
}

static void match_add(
	struct preview *p, const struct rows *rows, size_t row, const struct rule_found *found)
{
	p->matches++;
	bug_count(p, rows, row);
	if (json_array_size(p->occurrences) >= SHOWN) {
		return;
	}
	const int64_t attempt = row_int(rows, row, "attempt_id");
	const int64_t start = row_int(rows, row, "start_byte");
	_free_ char *matched = utf8_clean(found->at, found->size, MATCHED_BYTES);
	_free_ char *href =
		alloc_format("/attempts/%lld/console#b%lld", (long long)attempt, (long long)start);
	json_array_append_new(p->occurrences,
		json_pack("{s:I,s:I,s:I,s:s,s:s,s:s,s:s,s:s}", "attempt", (json_int_t)attempt,
			"start", (json_int_t)start, "bug", (json_int_t)row_int(rows, row, "bug_id"),
			"title", row_text(rows, row, "title"), "tree", row_text(rows, row, "tree"),
			"at", row_text(rows, row, "claimed_at"), "matched", matched, "href", href));
}

static void report_try(struct preview *p, const struct rows *rows, size_t row)
{
	const struct rule_trial *t = p->trial;
	const struct rule_subject subject = {.title = row_text(rows, row, "title"),
		.alts = row_text(rows, row, "alts"),
		.text = row_text(rows, row, "text"),
		.arch = row_text(rows, row, "arch"),
		.fs = row_text(rows, row, "fs"),
		.tree_id = row_int(rows, row, "tree_id")};
	struct rule_found found;
	const int outcome = rule_match(t->pattern, t->target, &t->scope, &subject, &found);
	p->read++;
	p->given_up += outcome == PATTERN_LIMIT;
	if (outcome == PATTERN_FOUND) {
		match_add(p, rows, row, &found);
	}
}

/* *is_complete: there are no more reports. */
static int reports_try(struct preview *p, struct db *db, int64_t until_ns, bool *is_complete)
{
	int64_t attempt = INT64_MAX, start = 0;
	while (p->given_up < GIVEN_UP && number_monotonic_ns() < until_ns) {
		_rows_ struct rows *rows = NULL;
		const int outcome =
			rule_subjects(db, attempt, start, 0, p->trial->target != RULE_TITLE, &rows);
		const size_t n = outcome == 0 ? rows_count(rows) : 0;
		size_t i = 0;
		while (i < n && p->given_up < GIVEN_UP && number_monotonic_ns() < until_ns) {
			report_try(p, rows, i++);
		}
		*is_complete = outcome == 0 && i == n && n < RULE_SUBJECTS;
		if (outcome != 0 || *is_complete) {
			return outcome;
		}
		attempt = row_int(rows, n - 1, "attempt_id");
		start = row_int(rows, n - 1, "start_byte");
	}
	return 0;
}

static int64_t matches_of(const json_t *bugs, size_t i)
{
	return json_integer_value(json_object_get(json_array_get(bugs, i), "matches"));
}

/* Most frequent first; at most BUGS_MAX. */
static json_t *bugs_sorted(const json_t *bugs)
{
	json_t *sorted = json_array();
	for (size_t i = 0; i < json_array_size(bugs); i++) {
		size_t at = 0;
		while (at < json_array_size(sorted) &&
			matches_of(sorted, at) >= matches_of(bugs, i)) {
			at++;
		}
		json_array_insert(sorted, at, json_array_get(bugs, i));
	}
	return sorted;
}

int rule_preview(struct db *db, const struct rule_trial *trial, json_t **out)
{
	const int64_t started_ns = number_monotonic_ns();
	_json_ json_t *occurrences = json_array(), *bugs = json_array();
	struct preview p = {.trial = trial, .occurrences = occurrences, .bugs = bugs};
	bool is_complete = false;
	const int outcome = reports_try(&p, db, started_ns + TIME_NS, &is_complete);
	if (outcome != 0) {
		return outcome;
	}
	const double seconds = (double)(number_monotonic_ns() - started_ns) / 1e9;
	*out = json_pack("{s:I,s:I,s:b,s:f,s:s?,s:O,s:o}", "read", (json_int_t)p.read, "matches",
		(json_int_t)p.matches, "is_complete", is_complete, "seconds",
		round(seconds * 1e3) / 1e3, "error",
		p.given_up > 0 ? pattern_why(trial->pattern) : NULL, "occurrences", occurrences,
		"bugs", bugs_sorted(bugs));
	return 0;
}
