/* How an attempt ended: kept in one transaction with its steps, files, streams and what becomes of
 * the job. A result that comes after the lease is kept too and marked; it settles the job only if
 * nobody else has taken that since. */
#include "http/api_result.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "http/fields.h"
#include "http/owner.h"
#include "http/service.h"
#include "http/steps.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "store/attempt.h"
#include "store/db.h"
#include "store/job.h"
#include "store/stream.h"
#include "store/work_item.h"

enum { DETAIL_MAX = 64 * 1024, LINE_MAX_BYTES = 16 * 1024, NAME_MAX_BYTES = 64, FILES_MAX = 64 };

/* Of processors: no machine has so many. */
#define LOAD_MAX 1e6

/* What a runner may say, and what it means for attempt and job. */
static const struct meaning {
	const char *word;
	const char *result; /* as kept; NULL: none */
	const char *attempt_state;
	const char *job_state; /* "queued": again, while tries are left */
} meanings[] = {
	{"cancelled", NULL, "cancelled", "cancelled"},
	{"clean", "clean", "done", "done"},
	{"crash", "crash", "done", "done"},
	{"fault", "fault", "failed", "queued"},
	{"hang", "hang", "done", "done"},
	{"interrupted", "fault", "failed", "queued"},
	{"no_apply", "no_apply", "done", "done"},
	{"no_boot", "no_boot", "done", "done"},
	{"no_build", "no_build", "done", "done"},
	{"no_commit", "no_commit", "done", "done"},
	{"workload_error", "workload_error", "done", "done"},
};

/* The result's body, read. Texts are borrowed from the JSON. */
struct said {
	const struct meaning *meaning;
	struct attempt_end end;
	struct steps steps;
	struct array files;
	struct array hashes;
	struct array streams;
	struct array sizes;
};

static void said_fini(struct said *said)
{
	steps_fini(&said->steps);
	array_fini(&said->files);
	array_fini(&said->hashes);
	array_fini(&said->streams);
	array_fini(&said->sizes);
}

static const struct meaning *meaning_find(struct fields *f)
{
	const char *word = fields_text(f, "result", NAME_MAX_BYTES, true);
	for (size_t i = 0; word != NULL && i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (strcmp(meanings[i].word, word) == 0) {
			return &meanings[i];
		}
	}
	fields_refuse(f, "result", "is no result that is known here");
	return &meanings[0];
}

static void files_take(struct fields *f, struct said *said)
{
	size_t i;
	const json_t *entry;
	json_array_foreach((json_t *)fields_array(f, "artifacts", FILES_MAX), i, entry)
	{
		struct fields e = {.object = entry, .res = f->res, .within = "artifacts."};
		const char *name = fields_text(&e, "name", NAME_MAX_BYTES, true);
		const char *sha256 = fields_sha256(&e, "sha256", true);
		f->is_bad = f->is_bad || e.is_bad;
		array_text(&said->files, name);
		array_text(&said->hashes, sha256);
	}
}

static void streams_take(struct fields *f, struct said *said)
{
	size_t i;
	const json_t *entry;
	json_array_foreach((json_t *)fields_array(f, "streams", 8), i, entry)
	{
		struct fields e = {.object = entry, .res = f->res, .within = "streams."};
		const char *name = fields_text(&e, "name", NAME_MAX_BYTES, true);
		if (name != NULL && !stream_name_is(name)) {
			fields_refuse(&e, "name", "is no stream");
		}
		array_text(&said->streams, name);
		array_int(&said->sizes, fields_int(&e, "size", 0, INT64_MAX, FIELDS_REQUIRED));
		f->is_bad = f->is_bad || e.is_bad;
	}
}

static const char *accel_take(struct fields *f)
{
	const char *accel = fields_text(f, "accel", NAME_MAX_BYTES, false);
	if (accel != NULL && strcmp(accel, "tcg") != 0 && strcmp(accel, "kvm") != 0 &&
		strcmp(accel, "native") != 0) {
		fields_refuse(f, "accel", "must be tcg, kvm or native");
	}
	return accel;
}

static const char *built_take(struct fields *f)
{
	const char *built = fields_text(f, "built", NAME_MAX_BYTES, false);
	if (built != NULL && strcmp(built, "native") != 0 && strcmp(built, "cross") != 0) {
		fields_refuse(f, "built", "must be native or cross");
	}
	return built;
}

static const char *ended_by_take(struct fields *f)
{
	const char *by = fields_text(f, "ended_by", NAME_MAX_BYTES, false);
	if (by != NULL && strcmp(by, "migrations") != 0 && strcmp(by, "time") != 0) {
		fields_refuse(f, "ended_by", "must be migrations or time");
	}
	return by;
}

static void said_take(struct fields *f, struct said *out)
{
	array_init(&out->files);
	array_init(&out->hashes);
	array_init(&out->streams);
	array_init(&out->sizes);
	steps_take(f, &out->steps);
	files_take(f, out);
	streams_take(f, out);
	out->meaning = meaning_find(f);
	out->end = (struct attempt_end){
		.state = out->meaning->attempt_state,
		.result = out->meaning->result,
		.step = fields_text(f, "step", NAME_MAX_BYTES, false),
		.detail = fields_text(f, "detail", DETAIL_MAX, false),
		.kernel_release = fields_text(f, "kernel_release", 256, false),
		.page_size = fields_int(f, "page_size", 1, INT32_MAX, 0),
		.build_id = fields_text(f, "build_id", 128, false),
		.work_done = fields_int(f, "work_done", 0, INT64_MAX, -1),
		.work_unit = fields_text(f, "work_unit", NAME_MAX_BYTES, false),
		.ended_by = ended_by_take(f),
		.accel = accel_take(f),
		.built = built_take(f),
		.build_seconds = fields_real(f, "build_seconds", STEPS_SECONDS_MAX),
		.is_built_from_cache = fields_bool(f, "is_built_from_cache"),
		.load_before = fields_real(f, "load_before", LOAD_MAX),
		.load_during = fields_real(f, "load_during", LOAD_MAX),
		.reproduce = fields_text(f, "reproduce", LINE_MAX_BYTES, false),
	};
}

/* What the runner sent before: its steps, files and streams must be here and whole. */
static int said_check(struct db *tx, struct response *res, int64_t id, struct said *said)
{
	int outcome = steps_put(tx, res, id, &said->steps);
	if (outcome != 0 || res->status != 0) {
		return outcome;
	}
	outcome = attempt_artifacts_put(tx, id, &said->files, &said->hashes);
	if (outcome == DB_REFUSED) {
		return response_error(res, 409, "blob_missing",
			"a file of the result is not here; PUT it to /api/v1/blobs first: %s",
			db_refusal(tx));
	}
	if (outcome != 0) {
		return outcome;
	}
	_free_ char *name = NULL;
	int64_t have = 0;
	outcome = stream_complete(tx, id, &said->streams, &said->sizes, &name, &have);
	if (outcome == STREAM_HOLE) {
		return response_error_details(res, 409, "hole",
			json_pack("{s:s,s:I}", "name", name, "size", (json_int_t)have),
			"the stream '%s' is not whole: %" PRId64 " bytes are here", name, have);
	}
	return outcome;
}

static const char *job_state(const struct said *said, const struct attempt_locked *attempt)
{
	const char *state = said->meaning->job_state;
	if (strcmp(state, "queued") != 0) {
		return state;
	}
	if (attempt->is_cancelled) {
		return "cancelled";
	}
	return attempt->tries < attempt->tries_max ? "queued" : "failed";
}

static int result_keep(struct db *tx, struct response *res, struct said *said,
	const struct attempt_locked *attempt)
{
	int outcome = said_check(tx, res, said->end.id, said);
	if (outcome != 0 || res->status != 0) {
		return outcome;
	}
	if (!attempt->is_running) {
		said->end.state = "lost";
	}
	outcome = attempt_end(tx, &said->end);
	if (outcome == 0 && attempt->is_running) {
		outcome = job_end(tx, attempt->job_id, job_state(said, attempt));
	}
	if (outcome == 0) {
		outcome = work_item_put(tx, "measure", said->end.id);
	}
	if (outcome == DB_REFUSED) {
		return response_error(res, 400, "bad_field", "the result: %s", db_refusal(tx));
	}
	return outcome;
}

static void result_answer(struct response *res, bool is_late)
{
	response_json(res, 200, json_pack("{s:b}", "late", is_late));
}

/* A result that came late still answers what its job asked, if no other attempt was begun. */
static int result_lock(
	struct db *tx, int64_t id, int64_t lease_s, struct attempt_locked *attempt, bool *is_late)
{
	int outcome = attempt_lock(tx, id, attempt);
	*is_late = !attempt->is_running;
	if (outcome != 0 || attempt->is_running || attempt->result_hash != NULL) {
		return outcome;
	}
	outcome = attempt_revive(tx, id, lease_s);
	attempt->is_running = outcome == 0;
	return outcome == ATTEMPT_NONE ? 0 : outcome;
}

static int result_serve(struct db *db, struct response *res, struct said *said, int64_t lease_s)
{
	_tx_ struct db *tx = NULL;
	int outcome = db_begin(db, &tx);
	if (outcome != 0) {
		return outcome;
	}
	struct attempt_locked attempt = {0};
	outcome = result_lock(tx, said->end.id, lease_s, &attempt, &said->end.is_late);
	_free_ char *known = attempt.result_hash;
	if (outcome == ATTEMPT_NONE) {
		return response_error(
			res, 404, "not_found", "there is no attempt %" PRId64, said->end.id);
	}
	if (outcome == 0 && known != NULL && strcmp(known, said->end.hash) == 0) {
		result_answer(res, attempt.is_late);
		return 0;
	}
	if (outcome == 0 && known != NULL) {
		return response_error(res, 409, "other_result",
			"attempt %" PRId64 " has another result already", said->end.id);
	}
	if (outcome == 0) {
		outcome = result_keep(tx, res, said, &attempt);
	}
	if (outcome != 0 || res->status != 0) {
		return outcome;
	}
	outcome = db_commit(&tx);
	if (outcome == 0) {
		result_answer(res, said->end.is_late);
	}
	return outcome;
}

int api_result(struct request *req, struct db *db, struct response *res)
{
	int64_t id = 0;
	_json_ json_t *root = NULL;
	struct fields f;
	if (steps_attempt(req, res, &id) != 0 || fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	struct said said = {0};
	said_take(&f, &said);
	char hash[FILE_SHA256_HEX];
	file_sha256_bytes(req->body, req->body_size, hash);
	said.end.id = id;
	said.end.hash = hash;
	int outcome = f.is_bad ? OWNER_OTHER : owner_attempt(req, db, res, id);
	if (outcome == 0) {
		outcome = result_serve(db, res, &said, req->service->config->lease_s);
	}
	said_fini(&said);
	return outcome == OWNER_OTHER ? 0 : outcome;
}
