/* Where in the source a crash lies, as runners that hold a vmlinux answer it. An order is taken in
 * place of a job, kept by heartbeats and ended by an answer or a word why there is none. Whose it
 * is the claim's id says, which nobody else knows. */
#include "http/api_symbol.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "http/fields.h"
#include "http/service.h"
#include "http/steps.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"
#include "store/db.h"
#include "store/machine.h"
#include "store/symbol.h"

enum {
	SYMBOLS_MAX = 1000, /* as many as an order asks for */
	INLINED_MAX = 64,
	NAME_MAX_BYTES = 512,
	FILE_MAX_BYTES = 4096,
	WHY_MAX_BYTES = 8192,
	CLAIM_ID_MAX = 64,
	BUILD_ID_MAX = 128,
};

int api_symbol_claim(struct request *req, struct db *db, struct response *res,
	const struct machine_seen *machine, const char *claim_id)
{
	_free_ char *order = NULL;
	const int outcome = symbol_claim(
		db, machine->id, machine->archs, claim_id, req->service->config->lease_s, &order);
	if (outcome == 0) {
		char *body = alloc_format("{\"symbols\":%s}\n", order);
		response_take(res, 200, "application/json", body, strlen(body));
	}
	return outcome;
}

/* {id} of the path. Positive: the answer has been made. */
static int order_id(const struct request *req, struct response *res, int64_t *id)
{
	if (number_parse(req->parts[0], 1, INT64_MAX, id) != 0) {
		response_error(res, 404, "not_found", "there is no order '%s'", req->parts[0]);
		return FIELDS_BAD;
	}
	return 0;
}

static int lease_over(struct response *res, int64_t id)
{
	return response_error(res, 409, "lease_over",
		"the order %" PRId64 " for symbols is not this runner's any more", id);
}

static int claim_refuse(struct db *db, struct response *res)
{
	return response_error(res, 400, "bad_field", "the order: %s", db_refusal(db));
}

int api_symbol_heartbeat(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	int64_t id = 0;
	if (order_id(req, res, &id) != 0 || fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	const char *claim_id = fields_text(&f, "claim_id", CLAIM_ID_MAX, true);
	if (f.is_bad) {
		return 0;
	}
	const int64_t lease_s = req->service->config->lease_s;
	bool gives_way = false;
	const int outcome = symbol_beat(db, id, claim_id, lease_s, &gives_way);
	if (outcome == SYMBOL_NONE) {
		return lease_over(res, id);
	}
	if (outcome == DB_REFUSED) {
		return claim_refuse(db, res);
	}
	if (outcome == 0) {
		response_json(res, 200,
			json_pack("{s:I,s:b}", "lease_s", (json_int_t)lease_s, "give_way",
				gives_way));
	}
	return outcome;
}

/* Pages read what is kept, so nothing of another shape may come in. */
static void frames_check(struct fields *f)
{
	size_t i;
	const json_t *entry;
	json_array_foreach((json_t *)fields_array(f, "frames", INLINED_MAX), i, entry)
	{
		struct fields e = {.object = entry, .res = f->res, .within = "frames."};
		if (!json_is_object(entry)) {
			fields_refuse(f, "frames", "must be a list of objects");
			return;
		}
		fields_text(&e, "function", NAME_MAX_BYTES, true);
		fields_text(&e, "file", FILE_MAX_BYTES, true);
		fields_int(&e, "line", 0, INT32_MAX, FIELDS_REQUIRED);
		f->is_bad = f->is_bad || e.is_bad;
	}
}

static void symbol_check(struct fields *f)
{
	const char *function = fields_text(f, "function", NAME_MAX_BYTES, true);
	const char *state = fields_text(f, "state", 16, true);
	fields_int(f, "offset", 0, INT64_MAX, FIELDS_REQUIRED);
	fields_int(f, "size", 1, INT64_MAX, FIELDS_REQUIRED);
	if (fields_bool(f, "is_call") < 0) {
		fields_refuse(f, "is_call", "is missing");
	}
	frames_check(f);
	const bool is_found = state != NULL && strcmp(state, "found") == 0;
	if (function != NULL && is_found &&
		json_array_size(json_object_get(f->object, "frames")) == 0) {
		fields_refuse(f, "frames", "are missing");
	}
}

/* The answers as text for the database; NULL: refused, or there are none. */
static char *symbols_take(struct fields *f)
{
	const json_t *list = fields_array(f, "symbols", SYMBOLS_MAX);
	size_t i;
	const json_t *entry;
	json_array_foreach((json_t *)list, i, entry)
	{
		struct fields e = {.object = entry, .res = f->res, .within = "symbols."};
		if (!json_is_object(entry)) {
			fields_refuse(f, "symbols", "must be a list of objects");
			return NULL;
		}
		symbol_check(&e);
		f->is_bad = f->is_bad || e.is_bad;
	}
	return list == NULL || f->is_bad ? NULL : json_dumps(list, JSON_COMPACT);
}

static int answer_keep(struct db *db, struct fields *f, struct symbol_answer *answer)
{
	const json_t *vmlinux = fields_object(f, "vmlinux");
	if (vmlinux == NULL) {
		fields_refuse(f, "vmlinux", "is missing");
		return 0;
	}
	struct fields v = {.object = vmlinux, .res = f->res, .within = "vmlinux."};
	answer->vmlinux_build_id = fields_text(&v, "build_id", BUILD_ID_MAX, true);
	answer->vmlinux_bytes = fields_int(&v, "size", 0, INT64_MAX, FIELDS_REQUIRED);
	answer->build_seconds = fields_real(&v, "build_seconds", STEPS_SECONDS_MAX);
	f->is_bad = f->is_bad || v.is_bad;
	return f->is_bad ? 0 : symbol_answer(db, answer);
}

static int release(struct db *db, struct fields *f, const struct symbol_answer *answer)
{
	const bool gave_way = fields_bool(f, "gave_way") == 1;
	const char *why = fields_text(f, "error", WHY_MAX_BYTES, !gave_way);
	return f->is_bad ? 0
			 : symbol_release(db, answer->kernel_id, answer->claim_id, gave_way, why);
}

int api_symbol_answer(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	struct symbol_answer answer = {0};
	if (order_id(req, res, &answer.kernel_id) != 0 || fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	static const char *const known[] = {
		"claim_id", "error", "gave_way", "symbols", "vmlinux", NULL};
	fields_only(&f, known);
	answer.claim_id = fields_text(&f, "claim_id", CLAIM_ID_MAX, true);
	_free_ char *symbols = symbols_take(&f);
	answer.symbols = symbols;
	if (f.is_bad) {
		return 0;
	}
	const int outcome =
		symbols != NULL ? answer_keep(db, &f, &answer) : release(db, &f, &answer);
	if (outcome == SYMBOL_NONE) {
		return lease_over(res, answer.kernel_id);
	}
	if (outcome == DB_REFUSED) {
		return claim_refuse(db, res);
	}
	if (outcome == 0 && !f.is_bad) {
		response_json(res, 200, json_pack("{s:b}", "kept", symbols != NULL));
	}
	return outcome;
}
