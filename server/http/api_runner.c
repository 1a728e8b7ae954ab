/* What runners call while they work: they say what they are, take jobs and say that they live. */
#include "http/api_runner.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "http/api_symbol.h"
#include "http/exchange.h"
#include "http/fields.h"
#include "http/hub.h"
#include "http/owner.h"
#include "http/service.h"
#include "http/steps.h"
#include "shared/alloc.h"
#include "shared/argument.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"
#include "shared/protocol.h"
#include "store/attempt.h"
#include "store/db.h"
#include "store/job.h"
#include "store/machine.h"
#include "store/symbol.h"

enum {
	WAIT_MAX_S = 55,
	TAGS_MAX = 256,
	NAME_MAX_BYTES = 64,
	TEXT_MAX_BYTES = 1024,
	WORKLOADS_MAX = 256
};
/* Who is refused for its age need not ask more often. */
#define REFUSED_RETRY_S "60"

static void texts_take(struct fields *f, const char *name, struct array *out)
{
	const json_t *list = fields_array(f, name, TAGS_MAX);
	size_t i;
	const json_t *text;
	json_array_foreach((json_t *)list, i, text)
	{
		if (!json_is_string(text) || json_string_length(text) > TEXT_MAX_BYTES) {
			fields_refuse(f, name, "must be a list of texts");
			return;
		}
		array_text(out, json_string_value(text));
	}
}

/* Whether a workload is as manifests say today. */
static bool workload_is_known(const json_t *workload)
{
	const char *name = NULL, *summary = NULL;
	json_t *arches = NULL, *arguments = NULL, *item;
	size_t i;
	if (json_unpack((json_t *)workload, "{s:s, s:s, s:o, s:o}", "name", &name, "summary",
		    &summary, "arches", &arches, "arguments", &arguments) < 0 ||
		!json_is_array(arches) || !json_is_array(arguments)) {
		return false;
	}
	json_array_foreach(arguments, i, item)
	{
		struct argument argument;
		char why[ARGUMENT_WHY_MAX];
		if (argument_read(item, &argument, why) != 0) {
			return false;
		}
	}
	return true;
}

/* The workloads that it holds, less those that this server does not understand; the caller's. */
static char *workloads_take(struct fields *f)
{
	_json_ json_t *known = json_array();
	const json_t *list = fields_array(f, "workloads", WORKLOADS_MAX);
	size_t i;
	json_t *workload;
	json_array_foreach((json_t *)list, i, workload)
	{
		if (workload_is_known(workload)) {
			json_array_append(known, workload);
		}
	}
	return json_dumps(known, JSON_COMPACT);
}

/* A newer runner may say more than this server knows, an older one says less: both are served. */
static struct machine machine_take(struct fields *f, struct array *tags, struct array *toolchains)
{
	texts_take(f, "tags", tags);
	texts_take(f, "toolchains", toolchains);
	return (struct machine){
		.name = fields_text(f, "name", NAME_MAX_BYTES, true),
		.arch = fields_text(f, "arch", 16, true),
		.cpus = fields_int(f, "cpus", 1, 65536, FIELDS_REQUIRED),
		.memory_mb = fields_int(f, "memory_mb", 1, INT32_MAX, FIELDS_REQUIRED),
		.tags = tags,
		.runner_version = fields_text(f, "runner_version", TEXT_MAX_BYTES, true),
		.kernel_release = fields_text(f, "kernel_release", TEXT_MAX_BYTES, true),
		.cpu_model = fields_text(f, "cpu_model", TEXT_MAX_BYTES, true),
		.qemu_version = fields_text(f, "qemu_version", TEXT_MAX_BYTES, false),
		.compiler_version = fields_text(f, "compiler_version", TEXT_MAX_BYTES, false),
		.disk_free_bytes = fields_int(f, "disk_free_bytes", 0, INT64_MAX, -1),
		.page_size = fields_int(f, "page_size", 1, INT32_MAX, 0),
		.disk_bytes = fields_int(f, "disk_bytes", 1, INT64_MAX, 0),
		.firmware = fields_text(f, "firmware", TEXT_MAX_BYTES, false),
		.linker_version = fields_text(f, "linker_version", TEXT_MAX_BYTES, false),
		.toolchains = toolchains,
		.accel = fields_text(f, "accel", NAME_MAX_BYTES, false),
		.is_sandboxed = -1,
	};
}

/* How it confines what it builds; older runners do not say. */
static void builds_take(struct fields *f, struct machine *machine)
{
	const json_t *object = fields_object(f, "builds");
	struct fields builds = {.object = object, .res = f->res, .within = "machine.builds."};
	if (object == NULL) {
		return;
	}
	machine->limits = fields_text(&builds, "limits", NAME_MAX_BYTES, false);
	machine->is_sandboxed = fields_bool(&builds, "sandbox");
	machine->build_memory_mb = fields_int(&builds, "memory_mb", 1, INT32_MAX, 0);
	machine->build_processes = fields_int(&builds, "processes", 1, INT32_MAX, 0);
	f->is_bad |= builds.is_bad;
}

static int64_t protocol_take(struct fields *f)
{
	return fields_int(f, "protocol", 0, INT32_MAX, PROTOCOL_OLDEST);
}

static int protocol_answer(struct response *res, const char *refused)
{
	response_error(res, 409, "too_old", "%s", refused);
	response_header(res, "Retry-After", REFUSED_RETRY_S);
	return 0;
}

/* It is known by then, whether it is served or not. */
static void register_answer(struct response *res, const struct machine *machine, int64_t id)
{
	if (machine->refused != NULL) {
		protocol_answer(res, machine->refused);
		return;
	}
	const int64_t spoken =
		machine->protocol < PROTOCOL_NEWEST ? machine->protocol : PROTOCOL_NEWEST;
	response_json(res, 200,
		json_pack("{s:I, s:I}", "machine_id", (json_int_t)id, "protocol",
			(json_int_t)spoken));
}

int api_register(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields top;
	if (fields_parse(req, res, &root, &top) != 0) {
		return 0;
	}
	const json_t *object = fields_object(&top, "machine");
	if (object == NULL) {
		fields_refuse(&top, "machine", "is missing");
		return 0;
	}
	struct fields f = {.object = object, .res = res, .within = "machine."};
	_array_ struct array tags, toolchains;
	array_init(&tags);
	array_init(&toolchains);
	struct machine machine = machine_take(&f, &tags, &toolchains);
	builds_take(&f, &machine);
	_free_ char *workloads = workloads_take(&f);
	machine.workloads = workloads;
	machine.protocol = protocol_take(&top);
	_free_ char *refused = protocol_refuse("runner", machine.protocol);
	machine.refused = refused;
	if (f.is_bad || top.is_bad) {
		return 0;
	}
	machine.token_id = req->caller.kind == TOKEN_ADMIN ? 0 : req->caller.id;
	int64_t id = 0;
	const int outcome = machine_put(db, &machine, &id);
	if (outcome == MACHINE_OTHER) {
		owner_machine(req, res, machine.name, 0);
		return 0;
	}
	if (outcome == DB_REFUSED) {
		return response_error(res, 400, "bad_field", "machine: %s", db_refusal(db));
	}
	if (outcome == 0) {
		register_answer(res, &machine, id);
	}
	return outcome;
}

/* Nothing queued: the hub keeps the request, if there is time left. */
static int claim_wait(struct request *req, struct response *res, const char *tags, int64_t wait_s,
	uint64_t generation)
{
	const int64_t until = req->started_ns + wait_s * 1000000000;
	if (wait_s == 0 || until <= number_monotonic_ns()) {
		res->status = 204;
		return 0;
	}
	res->is_parked = true;
	res->park_until_ns = until;
	res->park_generation = generation;
	free(res->parked_tags);
	res->parked_tags = alloc_copy(tags);
	return 0;
}

/* What a runner asks for. */
struct claim {
	const char *machine;
	const char *id;
	int64_t wait_s;
	bool is_for_symbols; /* when no job is queued */
	bool is_patient;     /* … or even then: it has had nothing but jobs for long */
};

/* Who asks, with a job for it unless `claim_id` is NULL; or res is the refusal. 0 or a fault. */
static int claim_look(struct request *req, struct db *db, struct response *res, const char *name,
	const char *claim_id, struct machine_seen *machine)
{
	const bool is_admin = req->caller.kind == TOKEN_ADMIN;
	const struct machine_asks asks = {name, claim_id, is_admin ? 0 : req->caller.id};
	const int outcome = machine_see(db, &asks, machine);
	if (outcome == MACHINE_UNKNOWN) {
		return response_error(res, 404, "unknown_machine",
			"machine '%s' is not known here; register it first", name);
	}
	if (outcome == DB_REFUSED) {
		return response_error(res, 400, "bad_field", "field 'claim_id' is not a UUID");
	}
	if (outcome == 0) {
		owner_machine(req, res, name, machine->token_id);
	}
	return outcome;
}

/* 0 with the answer made, SYMBOL_NONE or a fault. */
static int claim_symbols(struct request *req, struct db *db, struct response *res,
	const struct machine_seen *machine, const struct claim *claim)
{
	return machine->is_active ? api_symbol_claim(req, db, res, machine, claim->id)
				  : SYMBOL_NONE;
}

static int claim_job(struct request *req, struct db *db, struct response *res,
	const struct machine_seen *machine, const struct claim *claim)
{
	log_about(machine->job_id, 0);
	if (machine->is_new && exchange_is_gone(req->exchange)) {
		res->status = 204;
		return job_unclaim(db, claim->id);
	}
	char *body = alloc_format("{\"job\":%s}\n", machine->job);
	response_take(res, 200, "application/json", body, strlen(body));
	return 0;
}

/* 0 with the answer made, SYMBOL_NONE or a fault. */
static int claim_symbols_first(
	struct request *req, struct db *db, struct response *res, const struct claim *claim)
{
	struct machine_seen machine = {0};
	int outcome = claim_look(req, db, res, claim->machine, NULL, &machine);
	if (outcome == 0 && res->status == 0) {
		outcome = claim_symbols(req, db, res, &machine, claim);
	}
	machine_seen_fini(&machine);
	return outcome;
}

/* Jobs first: what is looked up in kernels is off their critical path. */
static int claim_any(
	struct request *req, struct db *db, struct response *res, const struct claim *claim)
{
	const uint64_t generation = hub_generation(req->service->hub);
	struct machine_seen machine = {0};
	int outcome = claim_look(req, db, res, claim->machine, claim->id, &machine);
	if (machine.job != NULL) {
		outcome = claim_job(req, db, res, &machine, claim);
	} else if (outcome == 0 && res->status == 0) {
		outcome = claim->is_for_symbols ? claim_symbols(req, db, res, &machine, claim)
						: SYMBOL_NONE;
	}
	if (outcome == SYMBOL_NONE) {
		outcome = claim_wait(req, res, machine.tags_spaced, claim->wait_s, generation);
	}
	machine_seen_fini(&machine);
	return outcome;
}

int api_claim(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	const struct claim claim = {.machine = fields_text(&f, "machine", NAME_MAX_BYTES, true),
		.id = fields_text(&f, "claim_id", NAME_MAX_BYTES, true),
		.wait_s = fields_int(&f, "wait_s", 0, WAIT_MAX_S, 0),
		.is_for_symbols = fields_bool(&f, "symbols") == 1,
		.is_patient = fields_bool(&f, "symbols_first") == 1};
	_free_ char *refused = protocol_refuse("runner", protocol_take(&f));
	if (f.is_bad) {
		return 0;
	}
	if (refused != NULL) {
		return protocol_answer(res, refused);
	}
	if (exchange_is_gone(req->exchange)) {
		res->status = 204; /* to nobody */
		return 0;
	}
	int outcome = SYMBOL_NONE;
	if (claim.is_patient) {
		outcome = claim_symbols_first(req, db, res, &claim);
	}
	return outcome == SYMBOL_NONE ? claim_any(req, db, res, &claim) : outcome;
}

/* A claim is the machine's; no row means that the confirmation finds none either. */
static int confirm_check(
	const struct request *req, struct db *db, struct response *res, const char *name)
{
	struct machine_seen machine = {0};
	int outcome = machine_see(db, &(struct machine_asks){.name = name}, &machine);
	if (outcome == 0) {
		outcome = owner_machine(req, res, name, machine.token_id);
	}
	machine_seen_fini(&machine);
	return outcome == MACHINE_UNKNOWN ? 0 : outcome;
}

int api_confirm(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	const char *name = fields_text(&f, "machine", NAME_MAX_BYTES, true);
	const char *claim_id = fields_text(&f, "claim_id", NAME_MAX_BYTES, true);
	if (f.is_bad) {
		return 0;
	}
	const int64_t lease_s = req->service->config->lease_s;
	struct attempt_begun begun = {0};
	int outcome = confirm_check(req, db, res, name);
	if (outcome != 0) {
		return outcome == OWNER_OTHER ? 0 : outcome;
	}
	outcome = attempt_begin(db, claim_id, name, lease_s, &begun);
	_free_ char *claimed_at = begun.claimed_at;
	log_about(begun.job_id, begun.id);
	if (outcome == ATTEMPT_NONE) {
		return response_error(res, 409, "claim_gone",
			"this claim is not open: it went back to the queue, or its run was "
			"cancelled");
	}
	if (outcome == DB_REFUSED) {
		return response_error(res, 400, "bad_field", "field 'claim_id' is not a UUID");
	}
	if (outcome == 0) {
		response_json(res, 200,
			json_pack("{s:I,s:s,s:I}", "attempt_id", (json_int_t)begun.id, "claimed_at",
				claimed_at, "lease_s", (json_int_t)lease_s));
	}
	return outcome;
}

static int beat_answer(
	struct request *req, struct db *db, struct response *res, const struct attempt_beat *beat)
{
	bool is_cancelled = false;
	int outcome = attempt_beat(db, beat, &is_cancelled);
	if (outcome == ATTEMPT_NONE) {
		outcome = attempt_revive(db, beat->id, beat->lease_s);
		outcome = outcome != 0 ? outcome : attempt_beat(db, beat, &is_cancelled);
	}
	if (outcome == ATTEMPT_NONE) {
		return response_error(res, 409, "lease_over",
			"attempt %" PRId64 " does not run any more; what is spooled may still be "
			"delivered",
			beat->id);
	}
	if (outcome == 0) {
		response_json(res, 200,
			json_pack("{s:I,s:b}", "lease_s", (json_int_t)req->service->config->lease_s,
				"cancel", is_cancelled));
	}
	return outcome;
}

int api_heartbeat(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	struct attempt_beat beat = {.lease_s = req->service->config->lease_s};
	if (steps_attempt(req, res, &beat.id) != 0 || fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	beat.step = fields_text(&f, "step", NAME_MAX_BYTES, true);
	beat.unit = fields_text(&f, "unit", NAME_MAX_BYTES, false);
	beat.done = fields_int(&f, "done", 0, INT64_MAX, -1);
	beat.of = fields_int(&f, "of", 0, INT64_MAX, -1);
	_steps_ struct steps steps;
	steps_take(&f, &steps);
	if (f.is_bad) {
		return 0;
	}
	int outcome = owner_attempt(req, db, res, beat.id);
	if (outcome == OWNER_OTHER) {
		return 0;
	}
	outcome = outcome != 0 ? outcome : beat_answer(req, db, res, &beat);
	if (outcome == 0 && res->status == 200) {
		outcome = steps_put(db, res, beat.id, &steps);
	}
	return outcome;
}
