/* Rules, the reports they are tried on, and what they match. */
#include "store/rule.h"

#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "store/array.h"
#include "store/db.h"
#include "store/row.h"

static int unknown_read(const struct rows *rows)
{
	const char *what = row_text(rows, 0, "unknown");
	if (what == NULL) {
		return 0;
	}
	return strcmp(what, "tree") == 0 ? RULE_UNKNOWN_TREE : RULE_UNKNOWN_BUG;
}

int rule_add(struct db *db, const char *fields, int64_t token_id, const char *note, int64_t *id)
{
	_rows_ struct rows *rows = NULL;
	int outcome =
		DB_QUERY(db, "rule_add", &rows, db_text(fields), db_int(token_id), db_text(note));
	if (outcome == 0) {
		outcome = unknown_read(rows);
		*id = row_int(rows, 0, "id");
	}
	return outcome;
}

int rule_find(struct db *db, const char *id, int64_t *number, int64_t *version, char **fields)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "rule_find", &rows, db_text(id));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return RULE_UNKNOWN;
	}
	*number = row_int(rows, 0, "id");
	*version = row_int(rows, 0, "version");
	*fields = row_text_copy(rows, 0, "fields");
	return 0;
}

int rule_change(struct db *db, int64_t id, int64_t *version, const char *fields, int64_t token_id,
	const char *note)
{
	_rows_ struct rows *rows = NULL;
	int outcome = DB_QUERY(db, "rule_change", &rows, db_int(id), db_int(*version),
		db_text(fields), db_int(token_id), db_text(note));
	if (outcome == 0) {
		outcome = unknown_read(rows);
	}
	if (outcome == 0 && row_is_null(rows, 0, "version")) {
		return RULE_STALE;
	}
	if (outcome == 0) {
		*version = row_int(rows, 0, "version");
	}
	return outcome;
}

int rule_active(struct db *db, struct rule **out, size_t *n)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "rule_active", &rows, NULL, 0);
	if (outcome != 0) {
		return outcome;
	}
	*n = rows_count(rows);
	*out = alloc_zero(*n + 1, sizeof(**out));
	for (size_t i = 0; i < *n; i++) {
		(*out)[i] = (struct rule){.id = row_int(rows, i, "id"),
			.version = row_int(rows, i, "pattern_version"),
			.pattern = row_text_copy(rows, i, "pattern"),
			.target = row_text_copy(rows, i, "target"),
			.arch = row_text_copy(rows, i, "arch"),
			.fs = row_text_copy(rows, i, "fs"),
			.tree_id = row_int(rows, i, "tree_id"),
			.is_sweeping = row_bool(rows, i, "is_sweeping"),
			.swept_attempt_id = row_int(rows, i, "swept_attempt_id"),
			.swept_byte = row_int(rows, i, "swept_byte")};
	}
	return 0;
}

void rules_free(struct rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(rules[i].pattern);
		free(rules[i].target);
		free(rules[i].arch);
		free(rules[i].fs);
	}
	free(rules);
}

int rule_subjects(struct db *db, int64_t attempt_id, int64_t start_byte, int64_t from_attempt,
	bool has_text, struct rows **out)
{
	return DB_QUERY(db, "rule_subjects", out, db_int(attempt_id), db_int(start_byte),
		db_int(from_attempt), db_bool(has_text));
}

int rule_lock(struct db *db)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "rule_lock", &rows, NULL, 0);
	return outcome == 0 && !row_bool(rows, 0, "is_mine") ? RULE_BUSY : outcome;
}

int rule_item_next(struct db *db, int64_t *attempt_id, int64_t *job_id)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "rule_item_next", &rows, NULL, 0);
	const bool is_one = outcome == 0 && rows_count(rows) > 0;
	*attempt_id = is_one ? row_int(rows, 0, "attempt_id") : 0;
	*job_id = is_one ? row_int(rows, 0, "job_id") : 0;
	return outcome;
}

int rule_item_done(struct db *db, int64_t attempt_id)
{
	return DB_QUERY(db, "rule_item_done", NULL, db_int(attempt_id));
}

int rule_match_clear(struct db *db, int64_t attempt_id, const struct rule *rules, size_t n)
{
	_array_ struct array ids;
	array_init(&ids);
	for (size_t i = 0; i < n; i++) {
		array_int(&ids, rules[i].id);
	}
	return DB_QUERY(db, "rule_match_clear", NULL, db_int(attempt_id), array_value(&ids));
}

int rule_match_put(struct db *db, const struct rule_hit *hits, size_t n)
{
	_array_ struct array rules, versions, attempts, starts, bugs;
	array_init(&rules);
	array_init(&versions);
	array_init(&attempts);
	array_init(&starts);
	array_init(&bugs);
	for (size_t i = 0; i < n; i++) {
		array_int(&rules, hits[i].rule_id);
		array_int(&versions, hits[i].rule_version);
		array_int(&attempts, hits[i].attempt_id);
		array_int(&starts, hits[i].start_byte);
		array_int(&bugs, hits[i].bug_id);
	}
	return n == 0 ? 0
		      : DB_QUERY(db, "rule_match_put", NULL, array_value(&rules),
				array_value(&versions), array_value(&attempts),
				array_value(&starts), array_value(&bugs));
}

int rule_swept(
	struct db *db, const struct rule *rule, int64_t attempt_id, int64_t start_byte, bool is_all)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "rule_swept", &rows, db_int(rule->id),
		db_int(rule->version), db_int(attempt_id), db_int(start_byte), db_bool(is_all));
	return outcome == 0 && !row_bool(rows, 0, "is_kept") ? RULE_STALE : outcome;
}

int rule_fail(struct db *db, const struct rule *rule, const char *why, int64_t attempt_id)
{
	return DB_QUERY(db, "rule_fail", NULL, db_int(rule->id), db_int(rule->version),
		db_text(why), db_int(attempt_id));
}
