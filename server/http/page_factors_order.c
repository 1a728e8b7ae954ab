/* Queuing what would settle the open cells of a bug's factor table: the conditions under which it
 * comes most often, with the one level instead. */
#include <inttypes.h>
#include <string.h>

#include "http/fields.h"
#include "http/form.h"
#include "http/page_factors.h"
#include "http/routes.h"
#include "http/settle.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/row.h"

enum { RUNS_MAX = 10, WORDS_MAX = 200 };

struct want {
	struct db *db;
	int64_t bug;
	int64_t token_id;
	const struct factors *factors;
};

static const json_t *row_at(const struct factors *f, size_t row)
{
	return json_array_get(json_object_get(f->data, "rows"), row);
}

static int64_t row_id(const json_t *row, const char *name)
{
	return json_integer_value(json_object_get(row, name));
}

/* Some row of the level. */
static const json_t *level_row(const struct factors *f, const struct factor_finding *x)
{
	size_t row = 0;
	while (f->rows[row].level[x->factor] != x->level) {
		row++;
	}
	return row_at(f, row);
}

/* The base's conditions with the level instead. *what says where; profile_id stays 0 where such
 * conditions are not possible. */
static int conditions_find(struct db *db, const char *factor, const json_t *base,
	const json_t *level, struct settle *what)
{
	what->revision_id = row_id(base, "revision_id");
	what->profile_id = row_id(base, "profile_id");
	if (strcmp(factor, "machine") == 0 || strcmp(factor, "processor") == 0) {
		what->machine = json_string_value(json_object_get(level, "machine"));
		return 0;
	}
	if (strcmp(factor, "quarter of the commits") == 0) {
		what->revision_id = row_id(level, "revision_id");
		return 0;
	}
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "settle_profile", &rows, db_int(what->profile_id),
		db_text(factor), db_int(row_id(level, "profile_id")));
	const bool is_there = outcome == 0 && rows_count(rows) > 0;
	what->profile_id = is_there ? row_int(rows, 0, "id") : 0;
	return outcome < 0 ? outcome : 0; /* refused: the schema allows no such conditions */
}

/* One cell; *run_id stays 0 where it cannot be run. */
static int cell_order(const struct want *want, const struct factor_finding *x, int64_t *run_id)
{
	const struct factors *f = want->factors;
	const json_t *base = row_at(f, x->more_row);
	const json_t *column =
		json_array_get(json_object_get(f->data, "factors"), f->column[x->factor]);
	const char *factor = json_string_value(json_object_get(column, "name"));
	struct settle what = {.token_id = want->token_id,
		.tree_id = row_id(f->data, "tree_id"),
		.attempts = settle_attempts(x->more_seconds, row_id(base, "duration_s"))};
	const int outcome = conditions_find(want->db, factor, base, level_row(f, x), &what);
	if (outcome != 0 || what.profile_id == 0) {
		return outcome;
	}
	_free_ char *title = alloc_format("does it matter? bug %" PRId64 ", %s %s", want->bug,
		factor, f->levels[x->factor][x->level]);
	/* The same until one of its attempts has ended. */
	_free_ char *key = alloc_format("factors-%" PRId64 "-%" PRId64 "-%" PRId64 "-%s-%.17g",
		want->bug, what.revision_id, what.profile_id,
		what.machine == NULL ? "" : what.machine, x->tried.exposure);
	what.title = title;
	what.key = key;
	return settle_order(want->db, &what, run_id);
}

static bool is_listed(const json_t *runs, int64_t run_id)
{
	size_t i;
	const json_t *run;
	json_array_foreach((json_t *)runs, i, run)
	{
		if (json_integer_value(run) == run_id) {
			return true;
		}
	}
	return false;
}

/* Ids of the runs, into `runs`. */
static int cells_order(const struct want *want, json_t *runs)
{
	const struct factors *f = want->factors;
	int outcome = 0;
	for (size_t i = 0; i < f->finding_count && outcome >= 0 && json_array_size(runs) < RUNS_MAX;
		i++) {
		int64_t run_id = 0;
		if (f->findings[i].more_row < f->row_count) {
			outcome = cell_order(want, &f->findings[i], &run_id);
		}
		if (outcome == 0 && run_id != 0 && !is_listed(runs, run_id)) {
			json_array_append_new(runs, json_integer(run_id));
		}
	}
	return outcome < 0 ? outcome : 0;
}

/* Queues it all; an answer has been made when `runs` stays empty. */
static int order(
	struct request *req, struct db *db, struct response *res, const char *tree, json_t *runs)
{
	_rows_ struct rows *rows = NULL;
	const char *id = route_part(req, "{id}");
	int outcome = DB_QUERY(db, "page_bug_factors", &rows, db_text(id), db_text(tree));
	if (outcome != 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	if (rows_count(rows) == 0) {
		return response_error(res, 404, "unknown_bug", "there is no bug '%s'", id);
	}
	_json_ json_t *data = json_loads(row_text(rows, 0, "page"), 0, NULL);
	__attribute__((cleanup(factors_fini))) struct factors f;
	factors_find(data, &f);
	const struct want want = {.db = db,
		.bug = json_integer_value(json_object_get(data, "bug")), /* id: 007 is 7 */
		.token_id = req->caller.id,
		.factors = &f};
	outcome = cells_order(&want, runs);
	return outcome == 0 && json_array_size(runs) == 0
		       ? response_error(res, 409, "nothing_to_settle",
				 "bug %s: no work that could be queued would settle a factor", id)
		       : outcome;
}

int page_factors_order(struct request *req, struct db *db, struct response *res)
{
	static const char *const known[] = {"tree", NULL};
	_json_ json_t *root = NULL;
	_json_ json_t *runs = json_array();
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	fields_only(&f, known);
	const char *tree = fields_text(&f, "tree", WORDS_MAX, false);
	const int outcome = f.is_bad ? 0 : order(req, db, res, tree, runs);
	if (outcome == 0 && json_array_size(runs) > 0) {
		response_json(res, 202, json_pack("{s:O}", "runs", runs));
	}
	return outcome;
}

int page_factors_form(struct request *req, struct db *db, struct response *res)
{
	static const char *const no_numbers[] = {NULL};
	_json_ json_t *form = NULL;
	_json_ json_t *runs = json_array();
	int outcome = form_read(req, db, res, no_numbers, &form);
	if (outcome == 0) {
		outcome =
			order(req, db, res, json_string_value(json_object_get(form, "tree")), runs);
	}
	if (outcome >= 0 && json_array_size(runs) > 0) {
		return form_done(res, "/runs");
	}
	return outcome < 0 ? outcome : form_failed(req, db, res, form);
}
