/* POST /api/v1/runs: what is asked for is found, kept by content and queued in one transaction; or
 * the first thing that is wrong is named, with what to do about it. */
#include "http/api_run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "http/fields.h"
#include "http/run_notify.h"
#include "http/run_request.h"
#include "http/service.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "store/db.h"
#include "store/run.h"
#include "store/utf8.h"

/* Positive: the answer has been made. */
enum { RUN_ANSWERED = 1 };

enum { RUN_KEY_MAX = 255, RUN_SUBJECT_MAX = 100 };

#define PREBUILT_TREE "prebuilt"
#define RUNNING_TREE "running"

/* What the handler gathers on its way. */
struct order {
	struct db *db;
	struct response *res;
	struct run_request want;
	struct run_tree tree;
	int64_t tree_id;
	char *commits; /* ids */
	char *what;    /* for the title */
	int64_t commit_count;
	json_t *patches; /* hashes */
	json_t *subjects;
	json_t *reverts; /* full hashes */
	int64_t notify_id;
	struct run_notify notify;
	struct run_profiles profiles;
};

static void order_fini(struct order *o)
{
	run_request_fini(&o->want);
	run_tree_fini(&o->tree);
	run_profiles_fini(&o->profiles);
	free(o->commits);
	free(o->what);
	json_decref(o->patches);
	json_decref(o->subjects);
	json_decref(o->reverts);
}

static int order_refuse(struct order *o, int status, const char *code, char *message)
{
	response_error(o->res, status, code, "%s", message);
	free(message);
	return RUN_ANSWERED;
}

static int order_tree(struct order *o)
{
	const int outcome = run_tree_find(o->db, o->want.tree, &o->tree);
	if (outcome == RUN_NONE) {
		return order_refuse(o, 404, "unknown_tree",
			alloc_format("there is no tree '%s'; GET /api/v1/trees lists them, POST "
				     "/api/v1/trees adds one",
				o->want.tree));
	}
	o->tree_id = o->tree.id;
	return outcome;
}

static int order_commit_find(
	struct order *o, const char *field, const char *text, struct run_commit *out)
{
	const int outcome = run_commit_find(o->db, o->tree_id, text, out);
	if (outcome == COMMIT_AMBIGUOUS) {
		return order_refuse(o, 422, "ambiguous_commit",
			alloc_format("field '%s': more than one commit of tree '%s' starts with "
				     "'%s'; give more digits",
				field, o->want.tree, text));
	}
	if (outcome == COMMIT_NONE) {
		const char *at = o->tree.refreshed_at;
		const char *error = o->tree.error;
		return order_refuse(o, 422, "unknown_commit",
			alloc_format("field '%s': tree '%s' has no commit, branch or tag '%s' "
				     "(%s%s%s%s); POST "
				     "/api/v1/trees/%s/refresh fetches it now",
				field, o->want.tree, text,
				at == NULL ? "never fetched" : "last fetched ",
				at == NULL ? "" : at,
				error == NULL ? "" : "; the last fetch failed: ",
				error == NULL ? "" : error, o->want.tree));
	}
	return outcome;
}

static int order_one_commit(struct order *o)
{
	struct run_commit commit = {0};
	const int outcome = order_commit_find(o, "commit", o->want.commit, &commit);
	if (outcome == 0) {
		o->commits = alloc_format("[%" PRId64 "]", commit.id);
		o->commit_count = 1;
		_free_ char *subject =
			utf8_clean(commit.subject, strlen(commit.subject), RUN_SUBJECT_MAX);
		o->what = alloc_format("%.12s (\"%s\")", commit.sha, subject);
	}
	run_commit_fini(&commit);
	return outcome;
}

static int order_range(struct order *o)
{
	struct run_commit from = {0};
	struct run_commit to = {0};
	int outcome = order_commit_find(o, "range", o->want.from, &from);
	if (outcome == 0) {
		outcome = order_commit_find(o, "range", o->want.to, &to);
	}
	if (outcome == 0 && (from.ordinal < 0 || to.ordinal <= from.ordinal)) {
		outcome = order_refuse(o, 422, "bad_range",
			alloc_format("field 'range': '%s' does not come before '%s' on the "
				     "first-parent line of tree '%s'",
				o->want.from, o->want.to, o->want.tree));
	}
	if (outcome == 0) {
		outcome = run_commits_between(o->db, o->tree_id, from.ordinal, to.ordinal,
			o->want.every, &o->commits, &o->commit_count);
		o->what = alloc_format(
			"%.12s..%.12s, %" PRId64 " commits", from.sha, to.sha, o->commit_count);
	}
	run_commit_fini(&from);
	run_commit_fini(&to);
	return outcome;
}

static int order_blob_missing(struct order *o, const char *field, const char *sha256)
{
	return order_refuse(o, 422, "missing_blob",
		alloc_format("field 'prebuilt.%s': %s is not here; PUT it to "
			     "/api/v1/blobs/%s?offset=0&size=BYTES first, or give a 'url'",
			field, sha256, sha256));
}

static bool order_is_running(const struct order *o)
{
	return o->want.release != NULL && o->want.image_sha256 == NULL;
}

/* A kernel that is not built: a prebuilt one, or without an image the one that machines run. */
static int order_release(struct order *o)
{
	const struct run_request *w = &o->want;
	const char *usual = order_is_running(o) ? RUNNING_TREE : PREBUILT_TREE;
	_free_ char *identity =
		alloc_format("%s\n%s\n%s\n", w->image_sha256 == NULL ? "running" : w->image_sha256,
			w->modules_sha256 == NULL ? "" : w->modules_sha256, w->release);
	char hash[FILE_SHA256_HEX];
	file_sha256_bytes(identity, strlen(identity), hash);
	const struct run_prebuilt kernel = {.tree = w->tree == NULL ? usual : w->tree,
		.hash = hash,
		.release = w->release,
		.image_sha256 = w->image_url == NULL ? w->image_sha256 : NULL,
		.modules_sha256 = w->modules_url == NULL ? w->modules_sha256 : NULL};
	struct run_place place = {0};
	const int outcome = run_prebuilt(o->db, &kernel, &place);
	if (outcome == RUN_NONE) {
		return order_refuse(o, 422, "bad_tree",
			alloc_format("field 'tree': '%s' cannot hold kernels that are not built: "
				     "it is a git tree, or no good name",
				kernel.tree));
	}
	if (outcome == 0 && !place.has_image) {
		return order_blob_missing(o, "image", w->image_sha256);
	}
	if (outcome == 0 && !place.has_modules) {
		return order_blob_missing(o, "modules", w->modules_sha256);
	}
	o->tree_id = place.tree_id;
	o->commits = alloc_format("[%" PRId64 "]", place.commit_id);
	o->commit_count = 1;
	o->what = alloc_format(
		"%s %s", order_is_running(o) ? "running kernel" : "kernel", w->release);
	return outcome;
}

static int order_patches(struct order *o)
{
	size_t i;
	const json_t *patch;
	json_array_foreach((json_t *)o->want.patches, i, patch)
	{
		char hash[FILE_SHA256_HEX];
		file_sha256_bytes(json_string_value(patch), json_string_length(patch), hash);
		const int fault = run_patch_keep(
			o->db, hash, json_string_value(patch), json_string_length(patch));
		if (fault < 0) {
			return fault;
		}
		_free_ char *subject = run_request_subject(json_string_value(patch));
		json_array_append_new(o->patches, json_string(hash));
		json_array_append_new(o->subjects, json_string(subject));
	}
	return 0;
}

static int order_reverts(struct order *o)
{
	size_t i;
	const json_t *revert;
	json_array_foreach((json_t *)o->want.reverts, i, revert)
	{
		struct run_commit commit = {0};
		const int outcome =
			order_commit_find(o, "reverts", json_string_value(revert), &commit);
		if (outcome != 0) {
			return outcome;
		}
		json_array_append_new(o->reverts, json_string(commit.sha));
		run_commit_fini(&commit);
	}
	return 0;
}

/* Conditions that a kernel which runs already cannot be put under must not be said to have held. */
static int order_profiles_fit(struct order *o)
{
	const bool is_running = order_is_running(o);
	const char *others = is_running ? o->profiles.booted : o->profiles.running;
	if (others == NULL) {
		return 0;
	}
	return order_refuse(o, 422, "other_profile",
		alloc_format("field 'profiles': %s: %s", others,
			is_running
				? "a running kernel needs profiles whose config is 'running'"
				: "profiles whose config is 'running' are for a 'running' kernel"));
}

static int order_profiles(struct order *o)
{
	_free_ char *names = json_dumps(o->want.profiles, JSON_COMPACT);
	const int fault = run_profiles_find(o->db, names, &o->profiles);
	if (fault < 0) {
		return fault;
	}
	if (o->profiles.unknown != NULL) {
		return order_refuse(o, 422, "unknown_profile",
			alloc_format("field 'profiles': there is no profile %s; known: %s",
				o->profiles.unknown,
				o->profiles.known == NULL ? "none, POST /api/v1/profiles adds one"
							  : o->profiles.known));
	}
	const int outcome = order_profiles_fit(o);
	if (outcome != 0) {
		return outcome;
	}
	const int64_t jobs = o->commit_count * o->profiles.count * o->want.repeats;
	if (o->commit_count == 0 || jobs > RUN_JOBS_MAX) {
		return order_refuse(o, 422, "bad_size",
			alloc_format("that would be %" PRId64
				     " jobs; a run has 1 to %d: use a shorter range, 'every', or "
				     "fewer repeats",
				jobs, RUN_JOBS_MAX));
	}
	return 0;
}

/* Everything that is asked for, found and kept. */
static int order_gather(struct order *o)
{
	int outcome = o->want.release != NULL ? 0 : order_tree(o);
	if (outcome == 0) {
		outcome = o->want.release != NULL  ? order_release(o)
			  : o->want.commit != NULL ? order_one_commit(o)
						   : order_range(o);
	}
	if (outcome == 0) {
		outcome = order_patches(o);
	}
	if (outcome == 0) {
		outcome = order_reverts(o);
	}
	return outcome == 0 ? order_profiles(o) : outcome;
}

/* "1 patch", "2 patches", or nothing. */
static char *counted(size_t n, const char *one, const char *many)
{
	return n == 0 ? alloc_copy("") : alloc_format("%zu %s", n, n == 1 ? one : many);
}

static char *order_title(const struct order *o)
{
	if (o->want.title != NULL) {
		return alloc_copy(o->want.title);
	}
	const size_t patches = json_array_size(o->patches);
	const size_t reverts = json_array_size(o->reverts);
	_free_ char *patched = counted(patches, "patch", "patches");
	_free_ char *reverted = counted(reverts, "revert", "reverts");
	return alloc_format("%s%s%s%s%s", o->what, patches + reverts > 0 ? " with " : "", patched,
		patches > 0 && reverts > 0 ? " and " : "", reverted);
}

/* The request as it came, with the patches by hash, since their text is kept once, and without an
 * address, which is nobody else's business. */
static char *order_request(const json_t *root, const struct order *o)
{
	_json_ json_t *kept = json_copy((json_t *)root);
	if (json_array_size(o->patches) > 0) {
		json_object_set(kept, "patches", o->patches);
	}
	json_object_del(kept, "notify");
	return json_dumps(kept, JSON_COMPACT);
}

static char *order_tags(const struct order *o)
{
	return o->want.tags == NULL ? alloc_copy("[]") : json_dumps(o->want.tags, JSON_COMPACT);
}

static int order_queue(struct order *o, const json_t *root, struct run_new *run, int64_t *id)
{
	_free_ char *patches = json_dumps(o->patches, JSON_COMPACT);
	_free_ char *subjects = json_dumps(o->subjects, JSON_COMPACT);
	_free_ char *reverts = json_dumps(o->reverts, JSON_COMPACT);
	_free_ char *tags = order_tags(o);
	_free_ char *title = order_title(o);
	_free_ char *request = order_request(root, o);
	_free_ char *revisions = NULL;
	const struct run_request *w = &o->want;
	const struct run_revision revision = {o->tree_id, o->commits, patches, subjects, reverts,
		w->release, w->image_sha256, w->image_url, w->modules_sha256, w->modules_url};
	const int outcome = run_revisions(o->db, &revision, &revisions);
	if (outcome != 0) {
		return outcome;
	}
	run->tree_id = o->tree_id;
	run->title = title;
	run->priority = w->priority;
	run->request = request;
	run->revisions = revisions;
	run->profiles = o->profiles.ids;
	run->repeats = w->repeats;
	run->migrations = w->migrations;
	run->duration_s = w->duration_s;
	run->notify_id = o->notify_id;
	run->queue_limit_s = w->queue_limit_s;
	run->tags = tags;
	run->machine = w->machine;
	return run_insert(o->db, run, id);
}

int api_run_answer(struct db *db, struct response *res, int64_t id, int status)
{
	char *body = NULL;
	const int outcome = run_json(db, id, &body);
	if (outcome == RUN_NONE) {
		return response_error(res, 404, "unknown_run", "there is no run %" PRId64, id);
	}
	if (outcome < 0) {
		return outcome;
	}
	response_take(res, status, "application/json", body, strlen(body));
	if (status == 202) {
		response_header(res, "Location", "/api/v1/runs/%" PRId64, id);
	}
	return 0;
}

/* The run that this key has made already, if it has. RUN_ANSWERED, 0 (none yet) or a fault. */
static int run_repeat(struct db *db, struct response *res, const struct run_new *run)
{
	if (run->key == NULL) {
		return 0;
	}
	int64_t id = 0;
	_free_ char *hash = NULL;
	const int outcome = run_by_key(db, run->token_id, run->key, &id, &hash);
	if (outcome != 0) {
		return outcome < 0 ? outcome : 0;
	}
	if (strcmp(hash, run->request_hash) != 0) {
		response_error(res, 422, "idempotency_mismatch",
			"this Idempotency-Key made run %" PRId64 " from another request", id);
		return RUN_ANSWERED;
	}
	const int fault = api_run_answer(db, res, id, 202);
	return fault < 0 ? fault : RUN_ANSWERED;
}

static int run_order_tx(struct db *db, struct response *res, struct order *o, const json_t *root,
	struct run_new *run)
{
	int64_t id = 0;
	_tx_ struct db *tx = NULL;
	int outcome = db_begin(db, &tx);
	if (outcome == 0) {
		outcome = order_gather(o);
	}
	if (outcome == 0) {
		outcome = run_notify_resolve(o->db, o->res, &o->notify, &o->notify_id);
	}
	if (outcome == 0) {
		outcome = order_queue(o, root, run, &id);
		if (outcome == RUN_KEY_TAKEN) {
			db_rollback(&tx);
			outcome = run_repeat(db, res, run);
			return outcome == 0 ? DB_FAULT_RETRY : outcome;
		}
	}
	if (outcome == 0) {
		outcome = db_commit(&tx);
	}
	return outcome == 0 ? api_run_answer(db, res, id, 202) : outcome;
}

static bool key_is_good(const char *key)
{
	const size_t n = strlen(key);
	size_t i = 0;
	while (i < n && key[i] >= ' ' && key[i] <= '~') {
		i++;
	}
	return n > 0 && n <= RUN_KEY_MAX && i == n;
}

int api_run_order(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields fields;
	if (fields_parse(req, res, &root, &fields) != 0) {
		return 0;
	}
	const char *key = request_header(req, "Idempotency-Key");
	if (key != NULL && !key_is_good(key)) {
		return response_error(res, 400, "bad_header",
			"Idempotency-Key must have 1 to %d bytes of ASCII", RUN_KEY_MAX);
	}
	char hash[FILE_SHA256_HEX];
	file_sha256_bytes(req->body, req->body_size, hash);
	struct run_new run = {.token_id = req->caller.id, .key = key, .request_hash = hash};
	struct order o = {.db = db,
		.res = res,
		.notify = {.token_id = req->caller.id,
			.per_day = req->service->config->notify_per_day},
		.patches = json_array(),
		.subjects = json_array(),
		.reverts = json_array()};
	run_request_read(&fields, &o.want);
	o.notify.name = o.want.notify;
	int outcome = fields.is_bad ? RUN_ANSWERED : run_repeat(db, res, &run);
	if (outcome == 0) {
		outcome = run_order_tx(db, res, &o, root, &run);
	}
	order_fini(&o);
	return outcome < 0 ? outcome : 0;
}
