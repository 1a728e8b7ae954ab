/* register → claim (a long poll) → confirm → job → delivered, and again. A claim carries an id made
 * here: it is repeated until its answer is known, so that no lost answer loses a job. */
#include "runner/claim.h"

#include <stdlib.h>
#include <string.h>

#include "runner/attempt.h"
#include "runner/boot.h"
#include "runner/job.h"
#include "runner/machine.h"
#include "runner/store.h"
#include "runner/symbols.h"
#include "runner/trees.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/number.h"
#include "shared/protocol.h"

#define CLAIM_S 1000000000LL

enum {
	CLAIM_WAIT_S = 55,                 /* the server answers then at the latest … */
	CLAIM_LIMIT_S = CLAIM_WAIT_S + 15, /* … or is dead */
	CLAIM_RETRY_S = 5,                 /* longest wait between tries: a job may be waiting */
	CLAIM_FACTS_S = 600,               /* between looks at the machine's facts */
	CLAIM_UNFIT_S = 60,      /* … of a machine that can do no job, or whose server is
				    too old */
	CLAIM_CONFIRM_TRIES = 4, /* an unconfirmed claim goes back after 15 s */
	CLAIM_FAULT_S = 60,    /* longest rest of a machine that fails its jobs, so that it does not
				  use up their tries … */
	CLAIM_FAULT_FIRST = 5, /* … and the shortest: a quarter of a second, so often doubled */
	CLAIM_PATIENCE_S = 3600, /* with nothing but jobs for so long, an order for symbols goes
				    first once */
};

/* What lasts from claim to claim. */
struct claim {
	struct runner *runner;
	char *id;
	json_t *facts;             /* as registered; NULL: register first */
	int64_t facts_ns, idle_ns; /* when the facts were read; since when there was no job */
	struct api_backoff backoff;
	int64_t looked_ns; /* when it was last without a job: then symbols are looked up */
	struct trees trees;
	struct api_backoff faults; /* attempts in a row that this machine failed */
};

static char *claim_new_id(void)
{
	char *id = NULL;
	if (file_read("/proc/sys/kernel/random/uuid", 64, &id, NULL) != 0) {
		log_fault("no random numbers");
		abort();
	}
	id[strcspn(id, "\n")] = '\0';
	return id;
}

/* The server said no, or nothing: waits a while. */
static void claim_pause(struct claim *c, const struct api_answer *answer)
{
	log_warning("%s", answer->error);
	halt_wait(c->runner->halt, api_backoff_ns(&c->backoff, answer));
}

static int claim_post(struct claim *c, const char *path, json_t *text, unsigned limit_s,
	struct api_answer *answer)
{
	const struct api_request request = {.method = "POST",
		.path = path,
		.json = text,
		.limit_s = limit_s,
		.halt = c->runner->halt};
	return api_call(c->runner->api, &request, answer);
}

/* Whether this runner and the server understand each other; if not, waits. */
static bool claim_is_understood(const struct claim *c, const struct api_answer *answer)
{
	json_int_t spoken = PROTOCOL_OLDEST;
	json_unpack(answer->body, "{s?I}", "protocol", &spoken);
	_free_ char *why = protocol_refuse("server", spoken);
	if (why != NULL) {
		log_warning("no job is taken: %s", why);
		halt_wait(c->runner->halt, CLAIM_UNFIT_S * CLAIM_S);
	}
	return why == NULL;
}

/* Registers, unless the server knows all of it. 0 or an outcome of the api (waited for already). */
static int claim_register(struct claim *c)
{
	const int64_t now_ns = number_monotonic_ns();
	if (c->facts != NULL && now_ns - c->facts_ns < CLAIM_FACTS_S * CLAIM_S) {
		return 0;
	}
	_json_ json_t *facts = machine_facts(c->runner->config);
	c->facts_ns = now_ns;
	if (c->facts != NULL && !machine_is_changed(c->facts, facts)) {
		return 0;
	}
	struct api_answer answer;
	int r = claim_post(c, "/api/v1/runner/register", facts, 0, &answer);
	if (r == 0 && !claim_is_understood(c, &answer)) {
		r = API_REFUSED;
	} else if (r == 0) {
		json_decref(c->facts);
		c->facts = json_incref(facts);
		c->backoff.tries = 0;
		log_info("registered as '%s' at %s", c->runner->config->name,
			c->runner->config->server);
	} else if (r != API_HALTED) {
		claim_pause(c, &answer);
	}
	api_answer_fini(&answer);
	return r;
}

/* How long to wait for a job: less when --once-idle ends before. */
static int64_t claim_wait_s(const struct claim *c)
{
	const int64_t once_s = c->runner->config->once_idle_s;
	const int64_t left_s = once_s - (number_monotonic_ns() - c->idle_ns) / CLAIM_S;
	return once_s == 0 || left_s > CLAIM_WAIT_S ? CLAIM_WAIT_S : left_s < 0 ? 0 : left_s;
}

static bool claim_is_patient(const struct claim *c)
{
	return number_monotonic_ns() - c->looked_ns > CLAIM_PATIENCE_S * CLAIM_S;
}

/* 0 with *job, or with *symbols; API_NOTHING; or an outcome that was waited for. */
static int claim_ask(struct claim *c, json_t **job, json_t **symbols)
{
	_json_ json_t *text = json_pack("{s:s, s:s, s:i, s:I, s:b, s:b}", "machine",
		c->runner->config->name, "claim_id", c->id, "protocol", PROTOCOL_NEWEST, "wait_s",
		(json_int_t)claim_wait_s(c), "symbols", 1, "symbols_first", claim_is_patient(c));
	struct api_answer answer;
	int r = claim_post(c, "/api/v1/runner/claim", text, CLAIM_LIMIT_S, &answer);
	if (r == 0) {
		*job = json_incref(json_object_get(answer.body, "job"));
		*symbols = json_incref(json_object_get(answer.body, "symbols"));
		r = *job != NULL || *symbols != NULL ? 0 : API_LATER;
	}
	if (r == 0 || r == API_NOTHING) {
		c->backoff.tries = 0;
	} else if (r == API_REFUSED && strcmp(answer.code, "unknown_machine") == 0) {
		json_decref(c->facts);
		c->facts = NULL;
	} else if (r != API_HALTED) {
		claim_pause(c, &answer);
	}
	api_answer_fini(&answer);
	return r;
}

struct claim_lease {
	int64_t attempt_id, asked_ns, lease_s;
};

/* 0 with the lease; else the claim is gone, or an outcome that was waited for. */
static int claim_confirm(struct claim *c, struct claim_lease *lease)
{
	_json_ json_t *text =
		json_pack("{s:s, s:s}", "machine", c->runner->config->name, "claim_id", c->id);
	int r = API_LATER;
	for (int i = 0; i < CLAIM_CONFIRM_TRIES && r == API_LATER; i++) {
		struct api_answer answer;
		json_int_t id = 0;
		json_int_t lease_s = 0;
		lease->asked_ns = number_monotonic_ns();
		r = claim_post(c, "/api/v1/runner/confirm", text, 4, &answer);
		if (r == 0 && json_unpack(answer.body, "{s:I, s?I}", "attempt_id", &id, "lease_s",
				      &lease_s) < 0) {
			r = log_fault("the server confirmed a claim without an attempt_id");
		}
		if (r == API_LATER) {
			claim_pause(c, &answer);
		} else if (r == API_REFUSED) {
			log_warning("%s", answer.error);
		}
		lease->attempt_id = id;
		lease->lease_s = courier_lease_s(lease_s);
		api_answer_fini(&answer);
	}
	return r;
}

void claim_deliver(struct runner *runner, struct spool *spool)
{
	const int outcome = courier_finish(runner->courier);
	if (outcome == 0) {
		spool_remove(spool);
	} else if (outcome == COURIER_REFUSED) {
		spool_refuse(spool, runner->config->state);
	} else {
		log_warning("it stays in the spool and is delivered at the next start");
	}
}

/* What failed here may work elsewhere, or a little later: others go first. */
static void claim_rest(struct claim *c, enum attempt_result result)
{
	if (result != RESULT_FAULT) {
		c->faults.tries = CLAIM_FAULT_FIRST;
		return;
	}
	const int64_t rest_ns = api_backoff_ns(&c->faults, NULL);
	log_info("the machine failed its job: no other for %.1f s", (double)rest_ns / 1e9);
	halt_wait(c->runner->halt, rest_ns);
}

static void claim_trim(struct claim *c)
{
	const struct config *config = c->runner->config;
	const int64_t limit_bytes = config->limit_cache_mb << 20;
	store_trim(config->state, "blobs", limit_bytes);
	store_trim(config->state, "disks", limit_bytes / 8);
	store_trim(config->state, "keys", limit_bytes / 64);
	store_trim(config->state, "vmlinux", limit_bytes / 2);
	trees_tidy(&c->trees, config->state, config->limit_trees_mb << 20);
}

static int64_t claim_job_id(const json_t *job)
{
	return json_integer_value(json_object_get(job, "id"));
}

static void claim_run(struct claim *c, json_t *job, const struct claim_lease *lease)
{
	struct runner *runner = c->runner;
	struct attempt attempt = {.config = runner->config,
		.api = runner->api,
		.halt = runner->halt,
		.courier = runner->courier,
		.id = lease->attempt_id};
	halt_clear(runner->halt);
	if (spool_init(&attempt.spool, runner->config->state, lease->attempt_id,
		    claim_job_id(job)) < 0) {
		attempt_fini(&attempt);
		return; /* no disk to work on: the lease ends by itself */
	}
	spool_write(&attempt.spool, "job.json", job);
	courier_begin(runner->courier, &attempt.spool, lease->asked_ns, lease->lease_s);
	attempt_init(&attempt, job);
	job_run(&attempt);
	claim_deliver(runner, &attempt.spool);
	const bool is_lease_lost = halt_reason(runner->halt) == HALT_LEASE;
	const enum attempt_result result = is_lease_lost ? RESULT_NONE : attempt.result;
	attempt_fini(&attempt);
	halt_clear(runner->halt);
	claim_trim(c);
	claim_rest(c, result);
}

static void claim_look_up(struct claim *c, json_t *symbols)
{
	symbols_run(c->runner, symbols, claim_is_patient(c));
	claim_trim(c);
	free(c->id);
	c->id = claim_new_id();
	c->looked_ns = c->idle_ns = number_monotonic_ns();
}

/* A machine that cannot do a job would only use up its tries. */
static bool claim_is_fit(const struct claim *c)
{
	const struct config *config = c->runner->config;
	_free_ char *why = boot_backend(config)->why_not(config);
	if (why != NULL) {
		log_warning("no job is taken: %s", why);
		halt_wait(c->runner->halt, CLAIM_UNFIT_S * CLAIM_S);
	}
	return why == NULL;
}

static void claim_once(struct claim *c)
{
	struct claim_lease lease;
	_json_ json_t *job = NULL;
	_json_ json_t *symbols = NULL;
	if (!claim_is_fit(c) || claim_register(c) != 0) {
		return;
	}
	const int asked = claim_ask(c, &job, &symbols);
	if (asked == API_NOTHING) {
		c->looked_ns = number_monotonic_ns();
	}
	if (asked == 0 && job == NULL) {
		claim_look_up(c, symbols);
		return;
	}
	if (asked != 0) {
		return;
	}
	log_about(claim_job_id(job), 0);
	const int r = claim_confirm(c, &lease);
	free(c->id);
	c->id = claim_new_id();
	if (r == 0) {
		log_about(claim_job_id(job), lease.attempt_id);
		claim_run(c, job, &lease);
		c->idle_ns = number_monotonic_ns();
	}
	log_about(0, 0);
}

void claim_loop(struct runner *runner)
{
	struct claim c = {.runner = runner,
		.id = claim_new_id(),
		.idle_ns = number_monotonic_ns(),
		.looked_ns = number_monotonic_ns(),
		.backoff = {.limit_s = CLAIM_RETRY_S},
		.faults = {.tries = CLAIM_FAULT_FIRST, .limit_s = CLAIM_FAULT_S}};
	const int64_t once_ns = runner->config->once_idle_s * CLAIM_S;
	while (halt_reason(runner->halt) != HALT_STOP &&
		(once_ns == 0 || number_monotonic_ns() - c.idle_ns < once_ns)) {
		claim_once(&c);
	}
	free(c.id);
	json_decref(c.facts);
}
