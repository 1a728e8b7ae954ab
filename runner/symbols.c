/* An order from its claim to its answer. */
#include "runner/symbols.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/claim.h"
#include "runner/result.h"
#include "runner/steps.h"
#include "runner/symbols_lease.h"
#include "runner/vmlinux.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/cut.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/number.h"

#define SYMBOLS_S 1000000000LL

enum {
	SYMBOLS_CHECKOUT_S = 1800,
	SYMBOLS_BUILD_TIMES = 2, /* of the profile's limit: debug information takes longer */
	SYMBOLS_LOOK_UP_S = 1200,
	SYMBOLS_TRIES =
		4, /* of sending the answer: what was built is kept, and the order comes again */
	SYMBOLS_SEND_S = 30,
	SYMBOLS_STOP_S = 3, /* what a runner that is to end gives to that */
	SYMBOLS_WHY_MAX = 4000,
};

struct order {
	struct attempt attempt; /* the steps work on one; it is never delivered */
	json_int_t id, lease_s;
	const char *claim_id, *build_id;
	json_t *job, *wanted;
	char *path;     /* of the vmlinux */
	double seconds; /* that building took; < 0: it was kept */
};

static int order_read(struct order *o, json_t *doc)
{
	o->seconds = -1;
	if (json_unpack(doc, "{s:I, s:s, s:s, s?I, s:o, s:o}", "id", &o->id, "claim_id",
		    &o->claim_id, "build_id", &o->build_id, "lease_s", &o->lease_s, "job", &o->job,
		    "wanted", &o->wanted) < 0 ||
		!vmlinux_is_build_id(o->build_id) || !json_is_array(o->wanted)) {
		return log_fault("the server's order for symbols is malformed");
	}
	o->lease_s = courier_lease_s(o->lease_s);
	return 0;
}

/* Beside the spool, which holds only what must reach the server. */
static int order_place(struct order *o)
{
	struct attempt *a = &o->attempt;
	a->spool.path = alloc_format("%s/tmp/symbols", a->config->state);
	const int r = file_remove_tree(a->spool.path);
	return r < 0 ? r : file_mkdirs(a->spool.path, 0755);
}

static int64_t until_ns(int64_t limit_s)
{
	return number_monotonic_ns() + limit_s * SYMBOLS_S;
}

/* 0, ATTEMPT_ENDED or a fault. */
static int order_build(struct order *o)
{
	struct attempt *a = &o->attempt;
	if (utimensat(AT_FDCWD, o->path, NULL, 0) == 0) {
		return 0;
	}
	log_info("building %s again with debug information, for what crashed in it",
		a->job.revision.commit);
	a->step_begun_ns = number_monotonic_ns();
	int r = checkout_run(a, until_ns(SYMBOLS_CHECKOUT_S));
	a->step_begun_ns = number_monotonic_ns();
	const int64_t limit_s = a->job.profile.build_limit_s * SYMBOLS_BUILD_TIMES;
	r = r != 0 ? r : build_vmlinux(a, o->path, until_ns(limit_s));
	o->seconds = a->build_seconds;
	return r;
}

static json_t *order_vmlinux(struct order *o)
{
	struct attempt *a = &o->attempt;
	struct stat st = {0};
	_free_ char *build_id = vmlinux_build_id(a, o->path, until_ns(SYMBOLS_LOOK_UP_S));
	stat(o->path, &st);
	return json_pack("{s:s, s:I, s:o}", "build_id", build_id != NULL ? build_id : "none",
		"size", (json_int_t)st.st_size, "build_seconds",
		o->seconds < 0 ? json_null() : json_real(o->seconds));
}

static int order_work(struct order *o, json_t **symbols)
{
	struct attempt *a = &o->attempt;
	int r = order_place(o);
	r = r != 0 ? r : attempt_init(a, o->job);
	if (r != 0) {
		return r;
	}
	if (strcmp(a->job.tree.kind, "git") != 0) {
		return attempt_end(a, RESULT_FAULT, "its source is not known");
	}
	o->path = vmlinux_path(a, o->build_id);
	r = order_build(o);
	return r != 0 ? r
		      : vmlinux_look_up(
				a, o->path, o->wanted, until_ns(SYMBOLS_LOOK_UP_S), symbols);
}

/* What is told when there is no answer: it gave way, or why. */
static json_t *order_excuse(struct order *o, int r)
{
	struct attempt *a = &o->attempt;
	const bool gave_way = halt_reason(a->halt) != HALT_NONE;
	const char *detail = r < 0 || a->detail == NULL ? log_last() : a->detail;
	_free_ char *why = alloc_copy_n(detail, cut_size(detail, SYMBOLS_WHY_MAX));
	result_clean(why);
	log_info("the order %lld for symbols has no answer: %s", (long long)o->id,
		gave_way ? "it gave way" : why);
	return gave_way ? json_pack("{s:s, s:b}", "claim_id", o->claim_id, "gave_way", 1)
			: json_pack("{s:s, s:s}", "claim_id", o->claim_id, "error",
				  why[0] != '\0' ? why : "unknown");
}

static void order_send(struct order *o, struct runner *runner, const json_t *answer)
{
	_free_ char *path = alloc_format("/api/v1/runner/symbols/%lld/answer", (long long)o->id);
	const bool is_stopping = halt_reason(runner->halt) == HALT_STOP;
	const struct api_request request = {.method = "POST",
		.path = path,
		.json = answer,
		.limit_s = is_stopping ? SYMBOLS_STOP_S : SYMBOLS_SEND_S};
	struct api_backoff backoff = {.limit_s = 5};
	int r = API_LATER;
	for (int i = 0; r == API_LATER && i < (is_stopping ? 1 : SYMBOLS_TRIES); i++) {
		struct api_answer said;
		r = api_call(runner->api, &request, &said);
		if (r != 0) {
			log_warning("%s", said.error);
		}
		if (r == API_LATER) {
			halt_wait(runner->halt, api_backoff_ns(&backoff, &said));
		}
		api_answer_fini(&said);
	}
}

static void order_run(struct order *o, struct runner *runner, bool is_patient)
{
	_free_ char *beat = alloc_format("/api/v1/runner/symbols/%lld/heartbeat", (long long)o->id);
	struct symbols_lease *lease = NULL;
	_json_ json_t *symbols = NULL;
	int r = symbols_lease_new(
		runner->config, runner->halt, beat, o->claim_id, o->lease_s, is_patient, &lease);
	r = r < 0 ? r : order_work(o, &symbols);
	_json_ json_t *answer = r == 0 ? json_pack("{s:s, s:O, s:o}", "claim_id", o->claim_id,
						 "symbols", symbols, "vmlinux", order_vmlinux(o))
				       : order_excuse(o, r);
	symbols_lease_free(lease);
	order_send(o, runner, answer);
}

void symbols_run(struct runner *runner, json_t *doc, bool is_patient)
{
	struct order o = {.attempt = {.config = runner->config,
				  .api = runner->api,
				  .halt = runner->halt,
				  .courier = runner->courier,
				  .is_debug_build = true}};
	halt_clear(runner->halt);
	if (order_read(&o, doc) == 0) {
		order_run(&o, runner, is_patient);
	}
	attempt_fini(&o.attempt);
	free(o.path);
	halt_clear(runner->halt);
}
