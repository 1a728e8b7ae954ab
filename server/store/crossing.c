/* Crossings: suspect x fix. */
#include "store/crossing.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "store/db.h"
#include "store/row.h"
#include "store/run.h"
#include "store/urgency.h"

int crossing_add(struct db *db, const struct crossing_new *new, int64_t *id, char **why)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "crossing_add", &rows, db_text(new->bug),
		db_text(new->tree), db_text(new->profile), db_text(new->base),
		db_text(new->suspect), db_text(new->fix), db_int(new->attempts),
		new->token_id == 0 ? db_null() : db_int(new->token_id));
	if (outcome != 0) {
		return outcome;
	}
	*id = row_int(rows, 0, "id");
	if (*id == 0) {
		*why = row_text_copy(rows, 0, "why");
		return CROSSING_BAD;
	}
	return 0;
}

int crossing_want(struct db *db)
{
	return db_query(db, "crossing_want", NULL, NULL, 0);
}

static void commit_fini(struct crossing_commit *commit)
{
	free(commit->sha);
	free(commit->subject);
	free(commit->patch);
}

void crossing_fini(struct crossing *crossing)
{
	commit_fini(&crossing->suspect);
	commit_fini(&crossing->fix);
	free(crossing->error);
	*crossing = (struct crossing){0};
}

int crossing_next(struct db *db, struct crossing *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "crossing_next", &rows, NULL, 0);
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : CROSSING_NONE;
	}
	*out = (struct crossing){.id = row_int(rows, 0, "id"),
		.tree_id = row_int(rows, 0, "tree_id"),
		.profile_id = row_int(rows, 0, "profile_id"),
		.token_id = row_int(rows, 0, "token_id"),
		.bug_id = row_int(rows, 0, "bug_id"),
		.base_id = row_int(rows, 0, "base_id"),
		.attempts = row_int(rows, 0, "attempts"),
		.suspect = {.sha = row_text_copy(rows, 0, "suspect"),
			.subject = row_text_copy(rows, 0, "suspect_subject"),
			.is_held = row_bool(rows, 0, "holds_suspect"),
			.patch = row_text_copy(rows, 0, "suspect_patch")},
		.fix = {.sha = row_text_copy(rows, 0, "fix"),
			.subject = row_text_copy(rows, 0, "fix_subject"),
			.is_held = row_bool(rows, 0, "holds_fix"),
			.patch = row_text_copy(rows, 0, "fix_patch")},
		.is_suspect_newer = row_bool(rows, 0, "is_suspect_newer"),
		.error = row_text_copy(rows, 0, "error")};
	return 0;
}

/* What is put on the base for this commit to be there, or not. */
static void commit_lay(const struct crossing_commit *commit, bool is_wanted, json_t *patches,
	json_t *subjects, json_t *reverts)
{
	if (commit->is_held && !is_wanted) {
		json_array_append_new(reverts, json_string(commit->sha));
	} else if (!commit->is_held && is_wanted) {
		json_array_append_new(patches, json_string(commit->patch));
		json_array_append_new(subjects, json_string(commit->subject));
	}
}

int crossing_cell(struct db *db, const struct crossing *c, bool has_suspect, bool has_fix,
	int64_t *revision_id)
{
	_json_ json_t *patches = json_array();
	_json_ json_t *subjects = json_array();
	_json_ json_t *reverts = json_array();
	/* The newer is reverted first, the older applied first. */
	const bool is_first = c->suspect.is_held == c->is_suspect_newer;
	if (is_first) {
		commit_lay(&c->suspect, has_suspect, patches, subjects, reverts);
	}
	commit_lay(&c->fix, has_fix, patches, subjects, reverts);
	if (!is_first) {
		commit_lay(&c->suspect, has_suspect, patches, subjects, reverts);
	}
	const struct run_kernel kernel = {.tree_id = c->tree_id,
		.commit_id = c->base_id,
		.patches = patches,
		.subjects = subjects,
		.reverts = reverts};
	const int outcome = run_kernel(db, &kernel, revision_id);
	if (outcome != 0) {
		return outcome;
	}
	return DB_QUERY(db, "crossing_cell_put", NULL, db_int(c->id), db_bool(has_suspect),
		db_bool(has_fix), db_int(*revision_id));
}

int crossing_order(struct db *db, const struct crossing *c, const int64_t revisions[4])
{
	_free_ char *title = alloc_format("Suspect x fix %" PRId64 ": %.12s x %.12s, bug %" PRId64,
		c->id, c->suspect.sha, c->fix.sha, c->bug_id);
	_free_ char *request = alloc_format("{\"crossing\":%" PRId64 "}", c->id);
	_free_ char *profiles = alloc_format("[%" PRId64 "]", c->profile_id);
	_free_ char *list = alloc_format("[%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 "]",
		revisions[0], revisions[1], revisions[2], revisions[3]);
	const struct run_new run = {.token_id = c->token_id,
		.tree_id = c->tree_id,
		.title = title,
		.priority = URGENCY_ASKED,
		.request = request,
		.request_hash = "crossing",
		.tags = "[]",
		.revisions = list,
		.profiles = profiles,
		.repeats = c->attempts};
	int64_t run_id = 0;
	const int outcome = run_insert(db, &run, &run_id);
	return outcome != 0 ? outcome
			    : DB_QUERY(db, "crossing_ordered", NULL, db_int(c->id), db_int(run_id),
				      db_null());
}

int crossing_fail(struct db *db, const struct crossing *c, const char *why)
{
	return DB_QUERY(db, "crossing_ordered", NULL, db_int(c->id), db_null(), db_text(why));
}

void commit_patch_fini(struct commit_patch *patch)
{
	free(patch->tree);
	free(patch->sha);
	*patch = (struct commit_patch){0};
}

int commit_patch_next(struct db *db, struct commit_patch *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "commit_patch_next", &rows, NULL, 0);
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : CROSSING_NONE;
	}
	*out = (struct commit_patch){.commit_id = row_int(rows, 0, "commit_id"),
		.tree = row_text_copy(rows, 0, "tree"),
		.sha = row_text_copy(rows, 0, "sha"),
		.is_merge = row_int(rows, 0, "parents") > 1};
	return 0;
}

int commit_patch_put(struct db *db, const struct commit_patch *patch, const char *text, size_t size,
	const char *why)
{
	char hash[FILE_SHA256_HEX];
	if (text != NULL) {
		file_sha256_bytes(text, size, hash);
		const int fault = run_patch_keep(db, hash, text, size);
		if (fault != 0) {
			return fault;
		}
	}
	return DB_QUERY(db, "commit_patch_put", NULL, db_int(patch->commit_id),
		text != NULL ? db_text(hash) : db_null(), db_text(why));
}
