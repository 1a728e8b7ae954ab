/* Bugs that may have one cause. */
#include "store/cause.h"

#include <stdlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/array.h"
#include "store/db.h"
#include "store/row.h"

int cause_next(struct db *db, int64_t *tree_id)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "cause_next", &rows, NULL, 0);
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : CAUSE_NONE;
	}
	*tree_id = row_int(rows, 0, "tree_id");
	return 0;
}

static int by_id(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a;
	const int64_t y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* The bugs that the rows name, each once, the smallest first. */
static void bugs_read(const struct rows *rows, struct cause_tried *out)
{
	const size_t count = rows_count(rows);
	size_t n = 0;
	out->bugs = alloc_zero(count + 1, sizeof(*out->bugs));
	for (size_t i = 0; i < count; i++) {
		if (!row_is_null(rows, i, "bug_id")) {
			out->bugs[n++] = row_int(rows, i, "bug_id");
		}
	}
	qsort(out->bugs, n, sizeof(*out->bugs), by_id);
	for (size_t i = 0; i < n; i++) {
		if (out->n_bugs == 0 || out->bugs[out->n_bugs - 1] != out->bugs[i]) {
			out->bugs[out->n_bugs++] = out->bugs[i];
		}
	}
}

static void place_read(const struct rows *rows, size_t i, struct cause_tried *out)
{
	const size_t place = (size_t)row_int(rows, i, "place");
	out->revisions[place] = row_int(rows, i, "revision_id");
	out->exposure[place] = row_real(rows, i, "exposure");
	out->step[place] = (size_t)row_int(rows, i, "step");
	out->before[place] =
		row_is_null(rows, i, "before") ? CAUSE_NOWHERE : (size_t)row_int(rows, i, "before");
	if (!row_is_null(rows, i, "bug_id")) {
		const int64_t id = row_int(rows, i, "bug_id");
		const int64_t *bug =
			bsearch(&id, out->bugs, out->n_bugs, sizeof(*out->bugs), by_id);
		out->events[(size_t)(bug - out->bugs) * out->n_places + place] =
			row_real(rows, i, "k");
	}
}

int cause_tried(struct db *db, int64_t tree_id, struct cause_tried *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "cause_tried", &rows, db_int(tree_id));
	if (outcome != 0) {
		return outcome;
	}
	const size_t count = rows_count(rows);
	*out = (struct cause_tried){.tree_id = tree_id};
	out->n_places = count == 0 ? 0 : (size_t)row_int(rows, count - 1, "place") + 1;
	out->revisions = alloc_zero(out->n_places + 1, sizeof(*out->revisions));
	out->exposure = alloc_zero(out->n_places + 1, sizeof(*out->exposure));
	out->before = alloc_zero(out->n_places + 1, sizeof(*out->before));
	out->step = alloc_zero(out->n_places + 1, sizeof(*out->step));
	bugs_read(rows, out);
	out->events = alloc_zero(out->n_bugs * out->n_places + 1, sizeof(*out->events));
	for (size_t i = 0; i < count; i++) {
		place_read(rows, i, out);
	}
	return 0;
}

void cause_tried_fini(struct cause_tried *tried)
{
	free(tried->revisions);
	free(tried->exposure);
	free(tried->before);
	free(tried->step);
	free(tried->bugs);
	free(tried->events);
	*tried = (struct cause_tried){0};
}

int cause_chains(struct db *db, const struct cause_tried *tried, struct cause_chains *out)
{
	_array_ struct array bugs;
	array_init(&bugs);
	for (size_t b = 0; b < tried->n_bugs; b++) {
		array_int(&bugs, tried->bugs[b]);
	}
	const int outcome = DB_QUERY(db, "cause_chains", &out->rows, array_value(&bugs));
	if (outcome != 0) {
		return outcome;
	}
	const size_t count = rows_count(out->rows);
	size_t at = 0;
	out->functions = alloc_zero(count + 1, sizeof(*out->functions));
	out->starts = alloc_zero(tried->n_bugs + 1, sizeof(*out->starts));
	for (size_t b = 0; b < tried->n_bugs; b++) {
		while (at < count && row_int(out->rows, at, "bug_id") == tried->bugs[b]) {
			out->functions[at] = row_text(out->rows, at, "function");
			at++;
		}
		out->starts[b + 1] = at;
	}
	return 0;
}

void cause_chains_fini(struct cause_chains *chains)
{
	rows_free(chains->rows);
	free(chains->functions);
	free(chains->starts);
	*chains = (struct cause_chains){0};
}

int cause_put(struct db *db, const struct cause_proposal *p)
{
	_array_ struct array functions;
	_array_ struct array from;
	_array_ struct array to;
	_array_ struct array first;
	_array_ struct array second;
	array_init(&functions);
	array_init(&from);
	array_init(&to);
	array_init(&first);
	array_init(&second);
	for (size_t i = 0; i < p->n_functions; i++) {
		array_text(&functions, p->functions[i]);
	}
	for (size_t i = 0; i < p->n_steps; i++) {
		array_int(&from, p->from[i]);
		array_int(&to, p->to[i]);
		array_real(&first, p->first_rise[i]);
		array_real(&second, p->second_rise[i]);
	}
	return DB_QUERY(db, "cause_put", NULL, db_int(p->tree_id), db_int(p->first_id),
		db_int(p->second_id), db_real(p->likeness), db_real(p->shared), db_real(p->chance),
		db_real(p->q), array_value(&functions), array_value(&from), array_value(&to),
		array_value(&first), array_value(&second));
}

int cause_withdraw(struct db *db, const struct cause_tried *tried, const int64_t *first_ids,
	const int64_t *second_ids, size_t n)
{
	_array_ struct array bugs;
	_array_ struct array first;
	_array_ struct array second;
	array_init(&bugs);
	array_init(&first);
	array_init(&second);
	for (size_t b = 0; b < tried->n_bugs; b++) {
		array_int(&bugs, tried->bugs[b]);
	}
	for (size_t i = 0; i < n; i++) {
		array_int(&first, first_ids[i]);
		array_int(&second, second_ids[i]);
	}
	return DB_QUERY(db, "cause_withdraw", NULL, db_int(tried->tree_id), array_value(&bugs),
		array_value(&first), array_value(&second));
}
