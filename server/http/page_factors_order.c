/* Queuing what would settle the open cells of a bug's factor table: the conditions under which it
 * comes most often, with the one level instead. */
#include <inttypes.h>

#include "http/fields.h"
#include "http/form.h"
#include "http/page_factors.h"
#include "http/routes.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/factor_json.h"
#include "store/db.h"
#include "store/row.h"
#include "store/settle.h"

enum { RUNS_MAX = 10, WORDS_MAX = 200 };

struct want {
	struct db *db;
	int64_t bug;
	int64_t token_id;
	const struct factors *factors;
};

/* One cell; *run_id stays 0 where it cannot be run. */
static int cell_order(const struct want *want, const struct factor_finding *x, int64_t *run_id)
{
	const struct factors *f = want->factors;
	struct factors_cell cell;
	if (!factors_cell(f, x, &cell)) {
		return 0;
	}
	struct settle what = {.token_id = want->token_id,
		.tree_id = json_integer_value(json_object_get(f->data, "tree_id")),
		.revision_id = cell.revision_id,
		.profile_id = cell.profile_id,
		.attempts = settle_attempts(x->more_seconds, cell.duration_s)};
	const int outcome = settle_conditions(want->db, cell.factor, cell.level_revision_id,
		cell.level_profile_id, cell.level_machine, &what);
	if (outcome != 0) {
		return outcome < 0 ? outcome : 0;
	}
	_free_ char *title = alloc_format(
		"does it matter? bug %" PRId64 ", %s %s", want->bug, cell.factor, cell.level_name);
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
		outcome = cell_order(want, &f->findings[i], &run_id);
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
