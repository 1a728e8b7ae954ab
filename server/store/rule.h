/* Rules, the reports they are tried on, and what they match. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct rows;

enum {
	RULE_UNKNOWN_TREE = 2,
	RULE_UNKNOWN_BUG = 3,
	RULE_STALE = 4, /* somebody has changed it meanwhile */
	RULE_UNKNOWN = 5,
	RULE_BUSY = 6,
};

/* `fields` is a JSON object as db/queries/rule_add.sql names them. 0 and *id, RULE_UNKNOWN_…,
 * DB_REFUSED (the name is taken, or the schema's other rules) or a fault. */
int rule_add(struct db *db, const char *fields, int64_t token_id, const char *note, int64_t *id);

/* The fields of the rule with this id (text of a URL), owned by the caller. 0, RULE_UNKNOWN or a
 * fault. */
int rule_find(struct db *db, const char *id, int64_t *number, int64_t *version, char **fields);

/* Changes what was read at `version`. *version is the new one. 0, RULE_STALE, RULE_UNKNOWN_…,
 * DB_REFUSED or a fault. */
int rule_change(struct db *db, int64_t id, int64_t *version, const char *fields, int64_t token_id,
	const char *note);

/* A rule that is tried. Strings are owned; rules_free frees all. */
struct rule {
	int64_t id;
	int64_t version; /* of what it matches */
	char *pattern;
	char *target;
	char *arch; /* scopes: NULL or 0 is any */
	char *fs;
	int64_t tree_id;
	bool is_sweeping; /* old reports are still to be tried, behind these */
	int64_t swept_attempt_id;
	int64_t swept_byte;
};
int rule_active(struct db *db, struct rule **out, size_t *n);
void rules_free(struct rule *rules, size_t n);

/* Reports, at most 100, the newest first: those behind a report that has been seen (attempt,
 * start), none of attempts before `from_attempt`. Columns attempt_id, start_byte, bug_id, title,
 * alts, text, arch, fs, tree_id. 0 or a fault. */
enum { RULE_SUBJECTS = 100 };
int rule_subjects(struct db *db, int64_t attempt_id, int64_t start_byte, int64_t from_attempt,
	bool has_text, struct rows **out);

/* Within a transaction: nobody else tries rules until its end. 0, RULE_BUSY (another does) or a
 * fault. */
int rule_lock(struct db *db);

/* Within a transaction: the attempt whose reports have changed and its job, 0: none; and its end.
 */
int rule_item_next(struct db *db, int64_t *attempt_id, int64_t *job_id);
int rule_item_done(struct db *db, int64_t attempt_id);

struct rule_hit {
	int64_t rule_id;
	int64_t rule_version;
	int64_t attempt_id;
	int64_t start_byte;
	int64_t bug_id;
};
/* Forgets what these rules matched in an attempt. */
int rule_match_clear(struct db *db, int64_t attempt_id, const struct rule *rules, size_t n);
int rule_match_put(struct db *db, const struct rule_hit *hits, size_t n);

/* A rule has been tried down to a report; `is_all`: there are no more. 0, RULE_STALE or a fault. */
int rule_swept(struct db *db, const struct rule *rule, int64_t attempt_id, int64_t start_byte,
	bool is_all);

/* A rule's pattern was given up at a report of this attempt. */
int rule_fail(struct db *db, const struct rule *rule, const char *why, int64_t attempt_id);
