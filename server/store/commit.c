/* Commits, who descends from whom, and the order of each tree's line. */
#include "store/commit.h"

#include <stdio.h>
#include <string.h>

#include "shared/alloc.h"
#include "store/array.h"
#include "store/db.h"
#include "store/row.h"

/* Hashes in one statement: some megabytes, well below a second. */
enum { LINE_PIECE = 20000 };

static int commits_put(struct db *db, const struct commit *commits, size_t n)
{
	_array_ struct array hashes, subjects, authors, authored, committed;
	array_init(&hashes);
	array_init(&subjects);
	array_init(&authors);
	array_init(&authored);
	array_init(&committed);
	for (size_t i = 0; i < n; i++) {
		array_text(&hashes, commits[i].hash);
		array_text(&subjects, commits[i].subject);
		array_text(&authors, commits[i].author);
		array_int(&authored, commits[i].authored_s);
		array_int(&committed, commits[i].committed_s);
	}
	return DB_QUERY(db, "commit_put", NULL, array_value(&hashes), array_value(&subjects),
		array_value(&authors), array_value(&authored), array_value(&committed));
}

static int parents_put(struct db *db, const struct commit *commits, size_t n)
{
	_array_ struct array children, positions, parents;
	array_init(&children);
	array_init(&positions);
	array_init(&parents);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < commits[i].n_parents; j++) {
			array_text(&children, commits[i].hash);
			array_int(&positions, (int64_t)j);
			array_text(&parents, commits[i].parents[j]);
		}
	}
	return DB_QUERY(db, "commit_parent_put", NULL, array_value(&children),
		array_value(&positions), array_value(&parents));
}

int commit_put(struct db *db, int64_t tree_id, const struct commit *commits, size_t n)
{
	_array_ struct array hashes;
	array_init(&hashes);
	for (size_t i = 0; i < n; i++) {
		array_text(&hashes, commits[i].hash);
	}
	int outcome = commits_put(db, commits, n);
	if (outcome == 0) {
		outcome = parents_put(db, commits, n);
	}
	return outcome != 0 ? outcome
			    : DB_QUERY(db, "commit_tree_put", NULL, db_int(tree_id),
				      array_value(&hashes));
}

int commit_refs_list(struct db *db, int64_t tree_id, char (**out)[COMMIT_HASH], size_t *n)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "commit_ref_list", &rows, db_int(tree_id));
	if (outcome != 0) {
		return outcome;
	}
	*n = rows_count(rows);
	*out = alloc_zero(*n + 1, sizeof(**out));
	for (size_t i = 0; i < *n; i++) {
		snprintf((*out)[i], COMMIT_HASH, "%s", row_text(rows, i, "sha"));
	}
	return 0;
}

int commit_refs_put(struct db *db, int64_t tree_id, const struct commit_ref *refs, size_t n)
{
	_array_ struct array names, hashes;
	array_init(&names);
	array_init(&hashes);
	for (size_t i = 0; i < n; i++) {
		array_text(&names, refs[i].name);
		array_text(&hashes, refs[i].hash);
	}
	const struct db_value list = array_value(&names);
	const int outcome = DB_QUERY(db, "commit_ref_drop", NULL, db_int(tree_id), list);
	return outcome != 0 ? outcome
			    : DB_QUERY(db, "commit_ref_put", NULL, db_int(tree_id), list,
				      array_value(&hashes));
}

/* How many of the hashes are laid already. A commit has one first-parent line below it, so when the
 * newest that is laid stands at its place, all below it do. */
static int line_laid(
	struct db *db, int64_t tree_id, const char (*hashes)[COMMIT_HASH], size_t n, size_t *laid)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "commit_line_last", &rows, db_int(tree_id));
	*laid = 0;
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome;
	}
	const int64_t last = row_int(rows, 0, "ordinal");
	if (last >= 0 && (size_t)last < n && strcmp(hashes[last], row_text(rows, 0, "sha")) == 0) {
		*laid = (size_t)last + 1;
		return 0;
	}
	return DB_QUERY(db, "commit_line_clear", NULL, db_int(tree_id));
}

int commit_line_put(struct db *db, int64_t tree_id, const char (*hashes)[COMMIT_HASH], size_t n)
{
	size_t laid = 0;
	int outcome = line_laid(db, tree_id, hashes, n, &laid);
	while (outcome == 0 && laid < n) {
		const size_t end = n - laid > LINE_PIECE ? laid + LINE_PIECE : n;
		_array_ struct array piece;
		array_init(&piece);
		for (size_t i = laid; i < end; i++) {
			array_text(&piece, hashes[i]);
		}
		outcome = DB_QUERY(db, "commit_line_put", NULL, db_int(tree_id),
			db_int((int64_t)laid), array_value(&piece));
		laid = end;
	}
	return outcome;
}
