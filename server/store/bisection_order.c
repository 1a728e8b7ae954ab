/* What a search orders. */
#include "store/bisection_order.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/bisection.h"
#include "store/db.h"
#include "store/row.h"
#include "store/run.h"
#include "store/urgency.h"

/* Of a search that nobody asked for, by what an attempt should tell for its minutes: one level for
 * each factor of four below half a bit a minute. */
static int64_t search_urgency(const struct bisection *b, double bits_a_minute)
{
	if (b->token_id != 0) {
		return URGENCY_SEARCH_ASKED;
	}
	const double level = URGENCY_SEARCH_MOST + ceil(log2(fmax(bits_a_minute, 1e-9) / 0.5) / 2);
	return (int64_t)fmin(fmax(level, URGENCY_SEARCH_LEAST), URGENCY_SEARCH_MOST);
}

/* A run of its own: these revisions, under its profile. */
static int run_order(struct db *db, const struct bisection *b, const char *title,
	const char *revisions, int64_t repeats, const char *machine, int64_t urgency,
	int64_t *run_id)
{
	_free_ char *profiles = alloc_format("[%" PRId64 "]", b->profile_id);
	_free_ char *request = alloc_format("{\"bisection\":%" PRId64 "}", b->id);
	const struct run_new run = {.token_id = b->token_id,
		.tree_id = b->tree_id,
		.title = title,
		.priority = urgency,
		.request = request,
		.request_hash = "bisection",
		.tags = "[]",
		.machine = machine,
		.revisions = revisions,
		.profiles = profiles,
		.repeats = repeats};
	return run_insert(db, &run, run_id);
}

int bisection_order(
	struct db *db, const struct bisection *b, int64_t commit_id, double bits, double minutes)
{
	_free_ char *title = alloc_format("Which commit? Bisection %" PRId64
					  ", expected to tell %.2f bits, %.2g a minute",
		b->id, bits, bits / minutes);
	const struct run_kernel kernel = {.tree_id = b->tree_id, .commit_id = commit_id};
	int64_t revision_id = 0;
	int64_t run_id = 0;
	int outcome = run_kernel(db, &kernel, &revision_id);
	if (outcome == 0) {
		_free_ char *revisions = alloc_format("[%" PRId64 "]", revision_id);
		outcome = run_order(db, b, title, revisions, 1, NULL,
			search_urgency(b, bits / minutes), &run_id);
	}
	return outcome != 0
		       ? outcome
		       : DB_QUERY(db, "bisection_run_add", NULL, db_int(b->id), db_int(run_id));
}

int bisection_order_beside(struct db *db, const struct bisection *b, int64_t commit_id,
	int64_t end_id, double bits, double minutes, const char *machine)
{
	_free_ char *title =
		alloc_format("Which commit moved it? Bisection %" PRId64
			     ", expected to tell %.2f bits, %.2g a minute, beside an end",
			b->id, bits, bits / minutes);
	const struct run_kernel ends = {.tree_id = b->tree_id, .commit_id = end_id};
	const struct run_kernel kernel = {.tree_id = b->tree_id, .commit_id = commit_id};
	int64_t end = 0;
	int64_t commit = 0;
	int64_t run_id = 0;
	int outcome = run_kernel(db, &ends, &end);
	outcome = outcome == 0 ? run_kernel(db, &kernel, &commit) : outcome;
	if (outcome == 0) {
		_free_ char *both = alloc_format("[%" PRId64 ",%" PRId64 "]", end, commit);
		outcome = run_order(
			db, b, title, both, 1, machine, search_urgency(b, bits / minutes), &run_id);
	}
	return outcome != 0
		       ? outcome
		       : DB_QUERY(db, "bisection_run_add", NULL, db_int(b->id), db_int(run_id));
}

void bisection_confirm_fini(struct bisection_confirm *c)
{
	free(c->profile);
	free(c->sha);
	free(c->name);
	free(c->subject);
	free(c->patch);
	*c = (struct bisection_confirm){0};
}

int bisection_confirm_want(struct db *db)
{
	return db_query(db, "bisection_confirm_want", NULL, NULL, 0);
}

int bisection_confirm_next(struct db *db, struct bisection_confirm *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "bisection_confirm", &rows, NULL, 0);
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : BISECTION_NONE;
	}
	*out = (struct bisection_confirm){.id = row_int(rows, 0, "id"),
		.tree_id = row_int(rows, 0, "tree_id"),
		.profile_id = row_int(rows, 0, "profile_id"),
		.token_id = row_int(rows, 0, "token_id"),
		.older_id = row_int(rows, 0, "older_id"),
		.newer_id = row_int(rows, 0, "newer_id"),
		.culprit_id = row_int(rows, 0, "culprit_id"),
		.parent_id = row_int(rows, 0, "parent_id"),
		.clean_runs = row_int(rows, 0, "clean_runs"),
		.profile = row_text_copy(rows, 0, "profile"),
		.sha = row_text_copy(rows, 0, "sha"),
		.name = row_text_copy(rows, 0, "short"),
		.subject = row_text_copy(rows, 0, "subject"),
		.patch = row_text_copy(rows, 0, "patch"),
		.is_fix = row_bool(rows, 0, "is_fix"),
		.is_merge = row_bool(rows, 0, "is_merge")};
	return 0;
}

/* A kernel that confirms it. */
struct side {
	const char *what;
	int64_t commit_id;
	enum { SIDE_PLAIN, SIDE_REVERTED, SIDE_APPLIED } how;
	bool is_left_out;
};

static int side_find(struct db *db, const struct bisection_confirm *c, const struct side *side,
	int64_t *revision_id)
{
	_json_ json_t *patches = json_array();
	_json_ json_t *subjects = json_array();
	_json_ json_t *reverts = json_array();
	if (side->how == SIDE_REVERTED) {
		json_array_append_new(reverts, json_string(c->sha));
	} else if (side->how == SIDE_APPLIED) {
		json_array_append_new(patches, json_string(c->patch));
		json_array_append_new(subjects, json_string(c->subject));
	}
	const struct run_kernel kernel = {.tree_id = c->tree_id,
		.commit_id = side->commit_id,
		.patches = patches,
		.subjects = subjects,
		.reverts = reverts};
	return run_kernel(db, &kernel, revision_id);
}

static bool is_listed(const json_t *list, int64_t id)
{
	size_t i = 0;
	while (i < json_array_size(list) && json_integer_value(json_array_get(list, i)) != id) {
		i++;
	}
	return i < json_array_size(list);
}

/* Notes the kernel, and adds it to `revisions` unless it was tried enough. In a range of one commit
 * the ends are the culprit and its parent. */
static int side_note(struct db *db, const struct bisection_confirm *c, const struct side *side,
	int64_t place, int64_t attempts, json_t *revisions)
{
	_rows_ struct rows *rows = NULL;
	int64_t revision_id = 0;
	int outcome = side_find(db, c, side, &revision_id);
	if (outcome == 0) {
		outcome = DB_QUERY(db, "bisection_side_put", &rows, db_int(c->id), db_int(place),
			db_text(side->what), db_int(revision_id));
	}
	if (outcome == 0 && row_int(rows, 0, "tried") < attempts &&
		!is_listed(revisions, revision_id)) {
		json_array_append_new(revisions, json_integer(revision_id));
	}
	return outcome;
}

int bisection_confirm_order(struct db *db, const struct bisection_confirm *c, int64_t attempts)
{
	const struct side sides[] = {
		{"the commit", c->culprit_id, SIDE_PLAIN, false},
		{"its parent", c->parent_id, SIDE_PLAIN, c->parent_id == 0},
		{"the newer end", c->newer_id, SIDE_PLAIN, false},
		{"the newer end with it reverted", c->newer_id, SIDE_REVERTED, c->is_merge},
		{"the older end", c->older_id, SIDE_PLAIN, !c->is_fix},
		{"the older end with it applied", c->older_id, SIDE_APPLIED,
			!c->is_fix || c->patch == NULL},
	};
	_json_ json_t *revisions = json_array();
	int64_t run_id = 0;
	int outcome = 0;
	for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]) && outcome == 0; i++) {
		if (!sides[i].is_left_out) {
			outcome = side_note(db, c, &sides[i], (int64_t)i + 1, attempts, revisions);
		}
	}
	if (outcome == 0 && json_array_size(revisions) > 0) {
		const struct bisection b = {.id = c->id,
			.tree_id = c->tree_id,
			.profile_id = c->profile_id,
			.token_id = c->token_id,
			.profile = c->profile};
		_free_ char *list = json_dumps(revisions, 0);
		_free_ char *title = alloc_format("Bisection %" PRId64
						  ": is it %s? Beside its parent, reverted%s",
			c->id, c->name, c->is_fix ? ", applied" : "");
		outcome = run_order(db, &b, title, list, attempts, NULL,
			c->token_id != 0 ? URGENCY_SEARCH_ASKED : URGENCY_CONFIRM, &run_id);
	}
	return outcome != 0 ? outcome
			    : DB_QUERY(db, "bisection_confirm_put", NULL, db_int(c->id),
				      run_id == 0 ? db_null() : db_int(run_id));
}
