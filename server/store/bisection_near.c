/* Which commits of a search's range touch paths near the crash. */
#include "store/bisection_near.h"

#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/array.h"
#include "store/db.h"
#include "store/row.h"
#include "store/utf8.h"

/* Paths are whatever people wrote. */
enum { PLACE_BYTES = 300 };

void bisection_near_fini(struct bisection_near *near)
{
	for (size_t i = 0; i < near->n; i++) {
		free(near->commits[i].sha);
		free(near->commits[i].place);
	}
	free(near->commits);
	free(near->tree);
	free(near->reports);
	*near = (struct bisection_near){0};
}

int bisection_near_next(struct db *db, struct bisection_near *out)
{
	_rows_ struct rows *rows = NULL;
	_rows_ struct rows *commits = NULL;
	int outcome = db_query(db, "bisection_near_next", &rows, NULL, 0);
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : BISECTION_NEAR_NONE;
	}
	*out = (struct bisection_near){.id = row_int(rows, 0, "id"),
		.tree = row_text_copy(rows, 0, "tree"),
		.reports = row_text_copy(rows, 0, "reports")};
	outcome = DB_QUERY(db, "bisection_near_commits", &commits, db_int(out->id));
	if (outcome != 0) {
		return outcome;
	}
	out->n = rows_count(commits);
	out->commits = alloc_zero(out->n + 1, sizeof(*out->commits));
	for (size_t i = 0; i < out->n; i++) {
		out->commits[i].sha = row_text_copy(commits, i, "sha");
	}
	return 0;
}

int bisection_near_keep(
	struct db *db, const struct bisection_near *near, const char *by, double weight)
{
	_array_ struct array hashes;
	_array_ struct array places;
	array_init(&hashes);
	array_init(&places);
	for (size_t i = 0; i < near->n; i++) {
		const struct bisection_near_commit *c = &near->commits[i];
		if (c->place != NULL) {
			_free_ char *clean = utf8_clean(c->place, strlen(c->place), PLACE_BYTES);
			array_text(&hashes, c->sha);
			array_text(&places, clean);
		}
	}
	return DB_QUERY(db, "bisection_near_keep", NULL, db_int(near->id), db_text(by),
		db_real(weight), array_value(&hashes), array_value(&places));
}
