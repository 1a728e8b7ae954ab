/* POST /api/v1/runs: what is asked for is found (run_find.c), kept by content and queued in one
 * transaction; or the first thing that is wrong is named, with what to do about it. */
#include "http/api_run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "http/fields.h"
#include "http/run_find.h"
#include "http/run_notify.h"
#include "http/run_request.h"
#include "http/service.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "store/db.h"
#include "store/run.h"

/* Positive: the answer has been made. */
enum { RUN_ANSWERED = 1 };

enum { RUN_KEY_MAX = 255 };

/* What the handler gathers on its way. */
struct order {
	struct run_request want;
	struct run_found found;
	struct run_notify notify;
	int64_t notify_id;
};

static void order_fini(struct order *o)
{
	run_request_fini(&o->want);
	run_found_fini(&o->found);
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
	const size_t patches = json_array_size(o->found.patches);
	const size_t reverts = json_array_size(o->found.reverts);
	_free_ char *patched = counted(patches, "patch", "patches");
	_free_ char *reverted = counted(reverts, "revert", "reverts");
	return alloc_format("%s%s%s%s%s", o->found.what, patches + reverts > 0 ? " with " : "",
		patched, patches > 0 && reverts > 0 ? " and " : "", reverted);
}

/* The request as it came, with the patches by hash, since their text is kept once, and without an
 * address, which is nobody else's business. */
static char *order_request(const json_t *root, const struct order *o)
{
	_json_ json_t *kept = json_copy((json_t *)root);
	if (json_array_size(o->found.patches) > 0) {
		json_object_set(kept, "patches", o->found.patches);
	}
	json_object_del(kept, "notify");
	return json_dumps(kept, JSON_COMPACT);
}

static char *order_tags(const struct order *o)
{
	return o->want.tags == NULL ? alloc_copy("[]") : json_dumps(o->want.tags, JSON_COMPACT);
}

static int order_queue(
	struct db *tx, const struct order *o, const json_t *root, struct run_new *run, int64_t *id)
{
	_free_ char *patches = json_dumps(o->found.patches, JSON_COMPACT);
	_free_ char *subjects = json_dumps(o->found.subjects, JSON_COMPACT);
	_free_ char *reverts = json_dumps(o->found.reverts, JSON_COMPACT);
	_free_ char *tags = order_tags(o);
	_free_ char *title = order_title(o);
	_free_ char *request = order_request(root, o);
	_free_ char *revisions = NULL;
	const struct run_request *w = &o->want;
	const struct run_found *found = &o->found;
	const struct run_revision revision = {found->tree_id, found->commits, patches, subjects,
		reverts, w->release, w->image_sha256, w->image_url, w->modules_sha256,
		w->modules_url};
	const int outcome = run_revisions(tx, &revision, &revisions);
	if (outcome != 0) {
		return outcome;
	}
	run->tree_id = found->tree_id;
	run->title = title;
	run->priority = w->priority;
	run->request = request;
	run->revisions = revisions;
	run->profiles = found->profiles.ids;
	run->repeats = w->repeats;
	run->migrations = w->migrations;
	run->duration_s = w->duration_s;
	run->notify_id = o->notify_id;
	run->queue_limit_s = w->queue_limit_s;
	run->tags = tags;
	run->machine = w->machine;
	return run_insert(tx, run, id);
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
		outcome = run_find(tx, res, &o->want, &o->found);
	}
	if (outcome == 0) {
		outcome = run_notify_resolve(tx, res, &o->notify, &o->notify_id);
	}
	if (outcome == 0) {
		outcome = order_queue(tx, o, root, run, &id);
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
	struct order o = {.notify = {.token_id = req->caller.id,
				  .per_day = req->service->config->notify_per_day}};
	run_request_read(&fields, &o.want);
	o.notify.name = o.want.notify;
	int outcome = fields.is_bad ? RUN_ANSWERED : run_repeat(db, res, &run);
	if (outcome == 0) {
		outcome = run_order_tx(db, res, &o, root, &run);
	}
	order_fini(&o);
	return outcome < 0 ? outcome : 0;
}
