/* One thread, one mutex; all network is outside the lock. */
#include "runner/courier.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runner/api.h"
#include "runner/delivery.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"

#define COURIER_MS 1000000LL
#define COURIER_S (1000 * COURIER_MS)

enum {
	COURIER_TICK_MS = 250,        /* between pieces of streams */
	COURIER_QUIET_TICK_MS = 1000, /* the same under stress */
	COURIER_BEAT_S =
		2, /* between heartbeats: they bring progress, and the answer may be to cancel */
	COURIER_QUIET_BEAT_S = 4, /* the same under stress */
	COURIER_RETRY_S = 5,      /* longest wait between tries */
	COURIER_STOP_S = 3,       /* what a stopped runner gives to deliver its last result */
	COURIER_LEASE_S = 60,     /* of a server that does not say */
	COURIER_LEASE_MAX_S = 86400,
};

/* What the job's thread says, under the lock. */
struct courier_news {
	const struct spool *spool; /* NULL: no attempt */
	unsigned number;           /* of the attempt, counted here */
	bool is_leased, is_exclusive, is_quiet, is_final, is_new;
	int64_t lease_ns, lease_end_ns;
	bool is_beat_wanted;
	const char *step, *unit;
	json_t *steps, *artifacts;
	int64_t done, of;
};

struct courier {
	const struct config *config;
	struct api *api;
	struct halt *halt; /* the job's */
	struct halt quit;  /* ours: ends requests too */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct courier_news news;
	bool is_joined;
	bool is_over; /* the attempt that was final is delivered … */
	int outcome;  /* … with this */

	/* the thread's own */
	struct delivery delivery;
	unsigned number; /* whose delivery it is */
	size_t artifacts_sent;
	int64_t beat_ns, stream_ns, retry_ns; /* when each is due next */
	struct api_backoff backoff;
};

static void courier_lock(struct courier *c)
{
	pthread_mutex_lock(&c->lock);
}

static void courier_unlock(struct courier *c, bool is_changed)
{
	if (is_changed) {
		pthread_cond_broadcast(&c->changed);
	}
	pthread_mutex_unlock(&c->lock);
}

static int64_t courier_min(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Who touches what the next holder of the job would use stops before the lease ends. It is used up
 * to two thirds: a request that hangs from then on still ends within it. Under the lock. */
static int64_t courier_stop_ns(const struct courier *c)
{
	const struct courier_news *n = &c->news;
	const bool is_bound = n->is_leased && n->is_exclusive && !n->is_final;
	return is_bound ? n->lease_end_ns - n->lease_ns / 3 : INT64_MAX;
}

/* What a request may take, so that it ends within what courier_stop_ns leaves. Under the lock. */
static unsigned courier_limit_s(const struct courier *c)
{
	return (unsigned)(c->news.lease_ns / COURIER_S / 4) + 1;
}

static void courier_check_lease(struct courier *c)
{
	courier_lock(c);
	const bool is_lost = number_monotonic_ns() >= courier_stop_ns(c);
	c->news.is_leased &= !is_lost;
	courier_unlock(c, false);
	if (is_lost) {
		log_fault("the lease cannot be renewed in time: the job stops");
		halt_set(c->halt, HALT_LEASE);
	}
}

int64_t courier_lease_s(int64_t said_s)
{
	return said_s >= 1 && said_s <= COURIER_LEASE_MAX_S ? said_s : COURIER_LEASE_S;
}

static json_t *courier_beat_text(struct courier *c)
{
	const struct courier_news *n = &c->news;
	json_t *of = n->of >= 0 ? json_integer(n->of) : json_null();
	json_t *done = n->unit != NULL ? json_integer(n->done) : json_null();
	return json_pack("{s:s, s:o, s:o, s:s?, s:O}", "step", n->step, "done", done, "of", of,
		"unit", n->unit, "steps", n->steps);
}

static void courier_beat_answered(
	struct courier *c, int64_t asked_ns, const struct api_answer *answer)
{
	json_int_t lease_s = c->news.lease_ns / COURIER_S;
	int is_cancelled = 0;
	json_unpack(answer->body, "{s?I, s?b}", "lease_s", &lease_s, "cancel", &is_cancelled);
	courier_lock(c);
	c->news.lease_ns = courier_lease_s(lease_s) * COURIER_S;
	c->news.lease_end_ns = asked_ns + c->news.lease_ns;
	courier_unlock(c, false);
	if (is_cancelled) {
		halt_set(c->halt, HALT_CANCEL);
	}
}

/* Only the server's own word ends the job: what a proxy answers in its place does not. 0, or r. */
static int courier_beat_refused(struct courier *c, int r, const struct api_answer *answer)
{
	if (r == API_HALTED) {
		return r;
	}
	log_warning("%s", answer->error);
	if (r == API_REFUSED && strcmp(answer->code, "lease_over") == 0) {
		courier_lock(c);
		c->news.is_leased = false;
		courier_unlock(c, false);
		halt_set(c->halt, HALT_LEASE);
	}
	return r == API_REFUSED ? 0 : r;
}

/* Sends a heartbeat if one is due. 0, or API_LATER / API_HALTED. */
static int courier_beat(struct courier *c)
{
	const int64_t now_ns = number_monotonic_ns();
	courier_lock(c);
	const bool is_due = c->news.is_leased && c->news.step != NULL &&
			    (c->news.is_beat_wanted || now_ns >= c->beat_ns);
	const int64_t pause_ns =
		(c->news.is_quiet ? COURIER_QUIET_BEAT_S : COURIER_BEAT_S) * COURIER_S;
	_json_ json_t *text = is_due ? courier_beat_text(c) : NULL;
	c->news.is_beat_wanted &= !is_due;
	const unsigned limit_s = courier_limit_s(c);
	courier_unlock(c, false);
	if (!is_due) {
		return 0;
	}
	_free_ char *path = alloc_format(
		"/api/v1/runner/attempts/%lld/heartbeat", (long long)c->delivery.spool->id);
	const struct api_request request = {
		.method = "POST", .path = path, .json = text, .limit_s = limit_s, .halt = &c->quit};
	struct api_answer answer;
	int r = api_call(c->api, &request, &answer);
	if (r == 0) {
		courier_beat_answered(c, now_ns, &answer);
		c->beat_ns = now_ns + courier_min(pause_ns, c->news.lease_ns / 3);
	} else {
		r = courier_beat_refused(c, r, &answer);
		c->beat_ns = r == 0 ? now_ns + pause_ns : now_ns;
	}
	api_answer_fini(&answer);
	return r;
}

/* The next artifact that is not sent, copied out of the lock; NULL: none. */
static json_t *courier_next_artifact(struct courier *c)
{
	courier_lock(c);
	json_t *next =
		c->news.is_quiet
			? NULL
			: json_deep_copy(json_array_get(c->news.artifacts, c->artifacts_sent));
	courier_unlock(c, false);
	return next;
}

static int courier_artifacts(struct courier *c)
{
	for (;;) {
		_json_ json_t *next = courier_next_artifact(c);
		if (next == NULL) {
			return 0;
		}
		int r = courier_beat(c);
		r = r != 0 ? r
			   : delivery_artifact(&c->delivery,
				     json_string_value(json_object_get(next, "name")),
				     json_string_value(json_object_get(next, "sha256")));
		if (r == API_LATER || r == API_HALTED) {
			return r;
		}
		c->artifacts_sent += r != DELIVERY_MORE; /* sent, or left out of the result */
	}
}

static void courier_over(struct courier *c, int outcome)
{
	courier_lock(c);
	c->is_over = true;
	c->outcome = outcome;
	c->news.spool = NULL;
	courier_unlock(c, true);
}

/* All there is to do now, in order of importance. 0, or API_LATER / API_HALTED. */
static int courier_round(struct courier *c, bool is_final, bool is_quiet)
{
	int r = courier_beat(c);
	if (r == 0 && (is_final || number_monotonic_ns() >= c->stream_ns)) {
		do {
			r = delivery_streams(&c->delivery, is_final);
			const int beat = r == DELIVERY_MORE ? courier_beat(c) : 0;
			r = beat != 0 ? beat : r;
		} while (r == DELIVERY_MORE && is_final);
		const int64_t tick_ms = is_quiet ? COURIER_QUIET_TICK_MS : COURIER_TICK_MS;
		c->stream_ns =
			number_monotonic_ns() + (r == DELIVERY_MORE ? 20 : tick_ms) * COURIER_MS;
		r = r == DELIVERY_MORE ? 0 : r;
	}
	r = r != 0 ? r : courier_artifacts(c);
	if (r == 0 && is_final) {
		r = delivery_result(&c->delivery);
		if (r == 0 || r == API_REFUSED || r < 0) {
			courier_over(c, r == 0 ? 0 : COURIER_REFUSED);
			r = 0;
		}
	}
	return r;
}

static void courier_wait_until(struct courier *c, int64_t until_ns)
{
	const struct timespec until = {
		.tv_sec = until_ns / COURIER_S, .tv_nsec = until_ns % COURIER_S};
	pthread_cond_timedwait(&c->changed, &c->lock, &until);
}

/* Takes over an attempt that has begun. Under the lock. */
static void courier_meet(struct courier *c)
{
	if (c->number != c->news.number) {
		c->number = c->news.number;
		delivery_fini(&c->delivery);
		delivery_init(&c->delivery, c->api, &c->quit, c->news.spool, c->news.is_new);
		c->artifacts_sent = 0;
		c->beat_ns = c->stream_ns = c->retry_ns = 0;
		const int64_t third_s = c->news.lease_ns / COURIER_S / 3;
		const bool is_short = third_s > 0 && third_s < COURIER_RETRY_S;
		c->backoff = (struct api_backoff){
			.limit_s = is_short ? (unsigned)third_s : COURIER_RETRY_S};
	}
}

/* Until there is an attempt. Under the lock. */
static void courier_rest(struct courier *c)
{
	if (c->quit.pulse != NULL) {
		pulse_rest(c->quit.pulse, PULSE_COURIER);
	}
	pthread_cond_wait(&c->changed, &c->lock);
}

/* Waits for something to do; false: the courier ends. */
static bool courier_wait(struct courier *c, bool *is_final, bool *is_quiet)
{
	courier_lock(c);
	for (;;) {
		if (halt_reason(&c->quit) != HALT_NONE) {
			courier_unlock(c, false);
			return false;
		}
		if (c->news.spool == NULL) {
			courier_rest(c);
			continue;
		}
		halt_pass(&c->quit);
		log_about(c->news.spool->job_id, c->news.spool->id);
		courier_meet(c);
		*is_final = c->news.is_final;
		*is_quiet = c->news.is_quiet;
		c->delivery.limit_s = c->news.is_exclusive ? courier_limit_s(c) : DELIVERY_LIMIT_S;
		int64_t due_ns = *is_final || c->news.is_beat_wanted
					 ? 0
					 : courier_min(c->beat_ns, c->stream_ns);
		due_ns = due_ns < c->retry_ns ? c->retry_ns : due_ns;
		due_ns = courier_min(due_ns, courier_stop_ns(c));
		if (number_monotonic_ns() >= due_ns) {
			break;
		}
		courier_wait_until(c, due_ns);
	}
	courier_unlock(c, false);
	return true;
}

static void *courier_main(void *data)
{
	struct courier *c = data;
	bool is_final = false;
	bool is_quiet = false;
	while (courier_wait(c, &is_final, &is_quiet)) {
		courier_check_lease(c);
		const int r = courier_round(c, is_final, is_quiet);
		if (r == 0) {
			c->backoff.tries = 0;
			c->retry_ns = 0;
		} else if (r == API_LATER) {
			c->retry_ns = number_monotonic_ns() + api_backoff_ns(&c->backoff, NULL);
		}
	}
	return NULL;
}

int courier_new(const struct config *config, struct halt *halt, struct courier **out)
{
	struct courier *c = alloc_zero(1, sizeof(*c));
	c->config = config;
	c->halt = halt;
	c->api = api_new(config);
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&c->changed, &monotonic);
	pthread_mutex_init(&c->lock, NULL);
	halt_watch(&c->quit, halt->pulse, PULSE_COURIER);
	if (halt_init(&c->quit) < 0 || pthread_create(&c->thread, NULL, courier_main, c) != 0) {
		return log_fault("cannot start the courier");
	}
	*out = c;
	return 0;
}

static void courier_join(struct courier *c)
{
	if (!c->is_joined) {
		courier_lock(c);
		halt_set(&c->quit, HALT_STOP);
		courier_unlock(c, true);
		pthread_join(c->thread, NULL);
		c->is_joined = true;
	}
}

void courier_free(struct courier *c)
{
	if (c == NULL) {
		return;
	}
	courier_join(c);
	json_decref(c->news.steps);
	json_decref(c->news.artifacts);
	delivery_fini(&c->delivery);
	halt_fini(&c->quit);
	api_free(c->api);
	free(c);
}

void courier_begin(struct courier *c, const struct spool *spool, int64_t asked_ns, int64_t lease_s)
{
	courier_lock(c);
	json_decref(c->news.steps);
	json_decref(c->news.artifacts);
	c->news = (struct courier_news){.spool = spool,
		.number = c->news.number + 1,
		.is_leased = lease_s > 0,
		.is_new = lease_s > 0,
		.lease_ns = lease_s * COURIER_S,
		.lease_end_ns = asked_ns + lease_s * COURIER_S,
		.of = -1,
		.steps = json_array(),
		.artifacts = json_array()};
	c->is_over = false;
	courier_unlock(c, true);
}

void courier_step(struct courier *c, const char *step, const json_t *steps)
{
	courier_lock(c);
	json_decref(c->news.steps);
	c->news.steps = json_deep_copy(steps);
	c->news.step = step;
	c->news.unit = NULL;
	c->news.done = 0;
	c->news.of = -1;
	c->news.is_beat_wanted = true;
	courier_unlock(c, true);
}

void courier_exclusive(struct courier *c, bool is_exclusive)
{
	courier_lock(c);
	c->news.is_exclusive = is_exclusive;
	courier_unlock(c, true);
}

void courier_progress(struct courier *c, int64_t done, int64_t of, const char *unit)
{
	courier_lock(c);
	c->news.done = done;
	c->news.of = of;
	c->news.unit = unit;
	courier_unlock(c, false);
}

void courier_artifact(struct courier *c, const char *name, const char *sha256)
{
	courier_lock(c);
	json_array_append_new(
		c->news.artifacts, json_pack("{s:s, s:s}", "name", name, "sha256", sha256));
	courier_unlock(c, false);
}

void courier_quiet(struct courier *c, bool is_quiet)
{
	courier_lock(c);
	c->news.is_quiet = is_quiet;
	courier_unlock(c, false);
}

int courier_finish(struct courier *c)
{
	int64_t give_up_ns = 0;
	courier_lock(c);
	c->news.is_final = true;
	c->news.is_quiet = false;
	pthread_cond_broadcast(&c->changed);
	while (!c->is_over) {
		const int64_t now_ns = number_monotonic_ns();
		if (halt_reason(c->halt) == HALT_STOP) {
			give_up_ns =
				give_up_ns == 0 ? now_ns + COURIER_STOP_S * COURIER_S : give_up_ns;
			if (now_ns > give_up_ns) {
				break;
			}
		}
		halt_pass(c->halt);
		courier_wait_until(c, now_ns + COURIER_TICK_MS * COURIER_MS);
	}
	const int outcome = c->is_over ? c->outcome : COURIER_STOPPED;
	courier_unlock(c, false);
	if (outcome == COURIER_STOPPED) {
		courier_join(c); /* the spool was only lent to it */
	}
	return outcome;
}
