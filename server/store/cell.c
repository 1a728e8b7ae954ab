/* What idle machines try. */
#include "store/cell.h"

#include <inttypes.h>
#include <stdlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/row.h"
#include "store/urgency.h"

int cell_next(struct db *db, struct cell_turn *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "cell_next", &rows, db_int(URGENCY_CELL));
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : CELL_NONE;
	}
	*out = (struct cell_turn){.tree_id = row_int(rows, 0, "tree_id"),
		.tree = row_text_copy(rows, 0, "tree"),
		.left_minutes = row_real(rows, 0, "left_minutes"),
		.machines = json_loads(row_text(rows, 0, "machines"), 0, NULL),
		.arches = json_loads(row_text(rows, 0, "arches"), 0, NULL),
		.bugs = json_loads(row_text(rows, 0, "bugs"), 0, NULL)};
	return 0;
}

void cell_turn_fini(struct cell_turn *turn)
{
	free(turn->tree);
	json_decref(turn->machines);
	json_decref(turn->arches);
	json_decref(turn->bugs);
	*turn = (struct cell_turn){0};
}

int cell_factors(struct db *db, int64_t bug_id, const char *tree, json_t **out)
{
	_rows_ struct rows *rows = NULL;
	_free_ char *id = alloc_format("%" PRId64, bug_id);
	const int outcome = DB_QUERY(db, "page_bug_factors", &rows, db_text(id), db_text(tree));
	if (outcome == 0 && rows_count(rows) > 0) {
		*out = json_loads(row_text(rows, 0, "page"), 0, NULL);
	}
	return outcome > 0 ? DB_FAULT : outcome;
}

int cell_tried(struct db *db, int64_t bug_id, json_t **out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "cell_tried", &rows, db_int(bug_id));
	*out = json_object();
	for (size_t i = 0; outcome == 0 && i < rows_count(rows); i++) {
		const char *factor = row_text(rows, i, "factor");
		if (json_object_get(*out, factor) == NULL) {
			json_object_set_new(*out, factor, json_object());
		}
		json_object_set_new(json_object_get(*out, factor), row_text(rows, i, "level"),
			json_integer(row_int(rows, i, "runs")));
	}
	return outcome;
}

int cell_put(struct db *db, int64_t run_id, int64_t tree_id, int64_t bug_id, const char *factor,
	const char *level, double gain)
{
	return DB_QUERY(db, "cell_put", NULL, db_int(run_id), db_int(tree_id), db_int(bug_id),
		db_text(factor), db_text(level), db_real(gain));
}
