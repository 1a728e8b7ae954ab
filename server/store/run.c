/* Runs: what was asked for becomes revisions and jobs. One function for each query. */
#include "store/run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/row.h"

static struct db_value positive(int64_t value)
{
	return value > 0 ? db_int(value) : db_null();
}

int run_by_key(struct db *db, int64_t token_id, const char *key, int64_t *id, char **hash)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "run_by_key", &rows, db_int(token_id), db_text(key));
	if (outcome != 0) {
		return outcome < 0 ? outcome : RUN_NONE;
	}
	if (rows_count(rows) == 0) {
		return RUN_NONE;
	}
	*id = row_int(rows, 0, "id");
	*hash = row_text_copy(rows, 0, "request_hash");
	return 0;
}

void run_tree_fini(struct run_tree *tree)
{
	free(tree->kind);
	free(tree->refreshed_at);
	free(tree->error);
	*tree = (struct run_tree){0};
}

int run_tree_find(struct db *db, const char *name, struct run_tree *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "run_tree_find", &rows, db_text(name));
	if (outcome < 0) {
		return outcome;
	}
	if (outcome > 0 || rows_count(rows) == 0) {
		return RUN_NONE;
	}
	*out = (struct run_tree){
		.id = row_int(rows, 0, "id"),
		.kind = row_text_copy(rows, 0, "kind"),
		.refreshed_at = row_text_copy(rows, 0, "refreshed_at"),
		.error = row_text_copy(rows, 0, "refresh_error"),
	};
	return 0;
}

/* The id in the only row; RUN_NONE when there is no row or the schema refused. */
static int run_one_id(int outcome, const struct rows *rows, int64_t *id)
{
	if (outcome < 0) {
		return outcome;
	}
	if (outcome > 0 || rows_count(rows) == 0) {
		return RUN_NONE;
	}
	*id = row_int(rows, 0, "id");
	return 0;
}

void run_commit_fini(struct run_commit *commit)
{
	free(commit->sha);
	free(commit->subject);
	*commit = (struct run_commit){0};
}

int run_commit_find(struct db *db, int64_t tree_id, const char *text, struct run_commit *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "run_commit_find", &rows, db_int(tree_id), db_text(text));
	if (outcome < 0) {
		return outcome;
	}
	if (outcome > 0 || rows_count(rows) == 0) {
		return COMMIT_NONE;
	}
	if (rows_count(rows) > 1) {
		return COMMIT_AMBIGUOUS;
	}
	*out = (struct run_commit){
		.id = row_int(rows, 0, "id"),
		.sha = row_text_copy(rows, 0, "sha"),
		.subject = row_text_copy(rows, 0, "subject"),
		.ordinal = row_int(rows, 0, "ordinal"),
	};
	return 0;
}

int run_commits_between(struct db *db, int64_t tree_id, int64_t after, int64_t up_to, int64_t every,
	char **ids, int64_t *count)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "run_commits_between", &rows, db_int(tree_id),
		db_int(after), db_int(up_to), db_int(every));
	if (outcome != 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	*ids = row_text_copy(rows, 0, "ids");
	*count = row_int(rows, 0, "n");
	return 0;
}

/* A version that is new among a tree's lies somewhere between the others. */
static int versions_order(struct db *db, int64_t tree_id)
{
	int outcome = DB_QUERY(db, "run_prebuilt_lock", NULL, db_int(tree_id));
	if (outcome == 0) {
		outcome = DB_QUERY(db, "run_prebuilt_clear", NULL, db_int(tree_id));
	}
	if (outcome == 0) {
		outcome = DB_QUERY(db, "run_prebuilt_order", NULL, db_int(tree_id));
	}
	return outcome > 0 ? DB_FAULT : outcome;
}

int run_prebuilt(struct db *db, const struct run_prebuilt *k, struct run_place *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "run_prebuilt", &rows, db_text(k->tree), db_text(k->hash),
		db_text(k->release), db_text(k->image_sha256), db_text(k->modules_sha256));
	if (outcome < 0) {
		return outcome;
	}
	if (outcome > 0 || rows_count(rows) == 0) {
		return RUN_NONE;
	}
	*out = (struct run_place){
		.tree_id = row_int(rows, 0, "tree_id"),
		.commit_id = row_int(rows, 0, "commit_id"),
		.has_image = row_bool(rows, 0, "has_image"),
		.has_modules = row_bool(rows, 0, "has_modules"),
	};
	return row_bool(rows, 0, "has_place") ? 0 : versions_order(db, out->tree_id);
}

int run_patch_keep(struct db *db, const char *sha256, const char *text, size_t size)
{
	const int outcome =
		DB_QUERY(db, "run_patch_keep", NULL, db_text(sha256), db_bytes(text, size));
	return outcome > 0 ? DB_FAULT : outcome;
}

int run_revisions(struct db *db, const struct run_revision *r, char **ids)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "run_revisions", &rows, db_int(r->tree_id),
		db_text(r->commits), db_text(r->patches), db_text(r->subjects), db_text(r->reverts),
		db_text(r->release), db_text(r->image_sha256), db_text(r->image_url),
		db_text(r->modules_sha256), db_text(r->modules_url));
	if (outcome != 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	*ids = row_text_copy(rows, 0, "ids");
	return 0;
}

/* A list as text; the caller's. */
static char *list_text(const json_t *list)
{
	return list == NULL ? alloc_copy("[]") : json_dumps(list, JSON_COMPACT);
}

int run_kernel(struct db *db, const struct run_kernel *kernel, int64_t *revision_id)
{
	_free_ char *commits = alloc_format("[%" PRId64 "]", kernel->commit_id);
	_free_ char *patches = list_text(kernel->patches);
	_free_ char *subjects = list_text(kernel->subjects);
	_free_ char *reverts = list_text(kernel->reverts);
	_free_ char *ids = NULL;
	const struct run_revision revision = {.tree_id = kernel->tree_id,
		.commits = commits,
		.patches = patches,
		.subjects = subjects,
		.reverts = reverts};
	const int outcome = run_revisions(db, &revision, &ids);
	if (outcome == 0) {
		_json_ json_t *list = json_loads(ids, 0, NULL);
		*revision_id = json_integer_value(json_array_get(list, 0));
	}
	return outcome;
}

void run_profiles_fini(struct run_profiles *profiles)
{
	free(profiles->ids);
	free(profiles->unknown);
	free(profiles->known);
	free(profiles->running);
	free(profiles->booted);
	*profiles = (struct run_profiles){0};
}

int run_profiles_find(struct db *db, const char *names, struct run_profiles *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "run_profiles_find", &rows, db_text(names));
	if (outcome != 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	*out = (struct run_profiles){
		.ids = row_text_copy(rows, 0, "ids"),
		.count = row_int(rows, 0, "n"),
		.unknown = row_text_copy(rows, 0, "unknown"),
		.known = row_text_copy(rows, 0, "known"),
		.running = row_text_copy(rows, 0, "running"),
		.booted = row_text_copy(rows, 0, "booted"),
	};
	return 0;
}

int run_notify_find(
	struct db *db, const char *notify, int64_t token_id, int64_t *id, bool *is_paused)
{
	_rows_ struct rows *rows = NULL;
	const int outcome =
		DB_QUERY(db, "run_notify_find", &rows, db_text(notify), positive(token_id));
	const int found = run_one_id(outcome, rows, id);
	if (found == 0) {
		*is_paused = row_bool(rows, 0, "is_paused");
	}
	return found;
}

int run_notify_used(struct db *db, int64_t token_id, int64_t *runs)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "run_notify_used", &rows, positive(token_id));
	if (outcome == 0) {
		*runs = row_int(rows, 0, "runs");
	}
	return outcome;
}

int run_tell(struct db *db, int64_t *count)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "run_tell", &rows, NULL, 0);
	if (outcome == 0) {
		*count = row_int(rows, 0, "runs");
	}
	return outcome;
}

int run_insert(struct db *db, const struct run_new *run, int64_t *id)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "run_insert", &rows,
		run->token_id == 0 ? db_null() : db_int(run->token_id), db_int(run->tree_id),
		db_text(run->title), db_int(run->priority), db_text(run->request),
		db_text(run->key), db_text(run->request_hash), db_text(run->revisions),
		db_text(run->profiles), db_int(run->repeats), db_text(run->tags),
		db_text(run->machine), positive(run->migrations), positive(run->duration_s),
		positive(run->notify_id), positive(run->queue_limit_s));
	if (outcome == DB_REFUSED) {
		return strcmp(db_refusal_state(db), "23505") == 0 ? RUN_KEY_TAKEN : DB_FAULT;
	}
	return run_one_id(outcome, rows, id);
}

int run_json(struct db *db, int64_t id, char **out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "run_show", &rows, db_int(id));
	if (outcome != 0) {
		return outcome < 0 ? outcome : RUN_NONE;
	}
	if (rows_count(rows) == 0) {
		return RUN_NONE;
	}
	*out = row_text_copy(rows, 0, "body");
	return 0;
}
