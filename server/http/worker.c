/* Threads that answer requests, each with one connection to PostgreSQL. Of those that rest the one
 * that worked last begins first: its connection has planned the statements that are asked for. */
#include "http/worker.h"

#include <pthread.h>
#include <stdlib.h>

#include "config.h"
#include "http/answer.h"
#include "http/exchange.h"
#include "http/hub.h"
#include "http/routes.h"
#include "http/service.h"
#include "shared/alloc.h"
#include "shared/log.h"
#include "shared/number.h"
#include "store/db.h"

enum { WORKERS_MAX = 64, WORKERS_WAIT_S = 60 };

struct worker {
	struct workers *all;
	struct db *db;
	pthread_t thread;
	pthread_cond_t called;
	struct worker *next; /* of those that rest */
	bool is_resting;
};

struct workers {
	pthread_mutex_t lock;
	struct exchange *first;
	struct exchange **last;
	struct worker *resting; /* who began to rest last comes first */
	bool is_stopping;
	struct worker_counts counts;
	struct worker workers[WORKERS_MAX];
	int count;
	int long_count; /* workers at what takes long */
	int open_count; /* workers at what anybody may ask for */
};

/* Under the lock. */
static void workers_call(struct workers *w)
{
	struct worker *called = w->resting;
	if (called != NULL) {
		w->resting = called->next;
		called->is_resting = false;
		pthread_cond_signal(&called->called);
	}
}

/* Until it is called. Under the lock. */
static void worker_rest(struct worker *worker)
{
	struct workers *w = worker->all;
	worker->next = w->resting;
	w->resting = worker;
	worker->is_resting = true;
	while (worker->is_resting) {
		pthread_cond_wait(&worker->called, &w->lock);
	}
}

bool workers_push(struct workers *w, struct exchange *x)
{
	pthread_mutex_lock(&w->lock);
	const bool is_taken = !w->is_stopping;
	if (is_taken) {
		x->next = NULL;
		*w->last = x;
		w->last = &x->next;
		workers_call(w);
	}
	pthread_mutex_unlock(&w->lock);
	return is_taken;
}

static bool is_long_exchange(const struct exchange *x)
{
	return x->request.route->is_long;
}

/* Pages, and forms that are shown again: some ask PostgreSQL for seconds. */
static bool is_open_exchange(const struct exchange *x)
{
	const enum route_need need = x->request.route->need;
	return need == ROUTE_READ || need == ROUTE_FORM;
}

/* What takes long may hold half of the workers, and what anybody may ask for all but one, so that
 * heartbeats always find one. Under the lock. */
static bool workers_may(const struct workers *w, const struct exchange *x)
{
	const int open_max = w->count > 1 ? w->count - 1 : 1;
	return !(is_long_exchange(x) && w->long_count >= (w->count + 1) / 2) &&
	       !(is_open_exchange(x) && w->open_count >= open_max);
}

/* Begun: 1; ended: -1. Under the lock. */
static void workers_hold(struct workers *w, const struct exchange *x, int by)
{
	w->long_count += is_long_exchange(x) ? by : 0;
	w->open_count += is_open_exchange(x) ? by : 0;
}

/* The oldest that may be begun. NULL: none. Under the lock. */
static struct exchange *workers_first(struct workers *w)
{
	struct exchange **at = &w->first;
	while (*at != NULL && !workers_may(w, *at)) {
		at = &(*at)->next;
	}
	struct exchange *x = *at;
	if (x != NULL) {
		*at = x->next;
		w->last = x->next == NULL ? at : w->last;
		workers_hold(w, x, 1);
	}
	return x;
}

/* NULL when it is stopping and all is answered. */
static struct exchange *worker_take(struct worker *worker)
{
	struct workers *w = worker->all;
	pthread_mutex_lock(&w->lock);
	struct exchange *x = workers_first(w);
	while (x == NULL && !(w->is_stopping && w->first == NULL)) {
		worker_rest(worker);
		x = workers_first(w);
	}
	if (x == NULL) { /* who leaves calls the next */
		workers_call(w);
	}
	pthread_mutex_unlock(&w->lock);
	return x;
}

static void workers_count(struct workers *w, const struct exchange *x, int fault, int64_t busy_ns)
{
	pthread_mutex_lock(&w->lock);
	workers_hold(w, x, -1); /* what waited for that is taken next, by whoever counts here */
	w->counts.requests++;
	w->counts.faults += fault < 0;
	w->counts.busy_ns += (uint64_t)busy_ns;
	pthread_mutex_unlock(&w->lock);
}

static void *worker_run(void *context)
{
	struct worker *worker = context;
	for (;;) {
		struct exchange *x = worker_take(worker);
		if (x == NULL) {
			return NULL;
		}
		const int64_t started = number_monotonic_ns();
		const int fault = x->is_asking
					  ? answer_ask(&x->request, worker->db, &x->response)
					  : answer_serve(&x->request, worker->db, &x->response);
		log_about(0, 0);
		workers_count(worker->all, x, fault, number_monotonic_ns() - started);
		if (x->response.is_parked) {
			hub_park(x->request.service->hub, x);
		} else {
			exchange_answer(x);
		}
	}
}

static int worker_start(struct worker *worker, const struct config *config)
{
	pthread_cond_init(&worker->called, NULL);
	const int fault = db_open(config->database, WORKERS_WAIT_S, &worker->db);
	if (fault != 0) {
		return fault;
	}
	if (pthread_create(&worker->thread, NULL, worker_run, worker) != 0) {
		abort();
	}
	return 0;
}

int workers_start(const struct config *config, struct workers **out)
{
	struct workers *w = alloc_zero(1, sizeof(*w));
	pthread_mutex_init(&w->lock, NULL);
	w->last = &w->first;
	while (w->count < config->workers) {
		struct worker *worker = &w->workers[w->count];
		worker->all = w;
		const int fault = worker_start(worker, config);
		if (fault != 0) {
			workers_stop(w);
			workers_free(w);
			return fault;
		}
		w->count++;
	}
	*out = w;
	return 0;
}

void workers_stop(struct workers *w)
{
	pthread_mutex_lock(&w->lock);
	w->is_stopping = true;
	workers_call(w);
	pthread_mutex_unlock(&w->lock);
	for (int i = 0; i < w->count; i++) {
		pthread_join(w->workers[i].thread, NULL);
	}
}

void workers_free(struct workers *w)
{
	if (w == NULL) {
		return;
	}
	for (int i = 0; i < w->count; i++) {
		pthread_cond_destroy(&w->workers[i].called);
		db_free(w->workers[i].db);
	}
	pthread_mutex_destroy(&w->lock);
	free(w);
}

struct worker_counts workers_counts(struct workers *w)
{
	pthread_mutex_lock(&w->lock);
	const struct worker_counts counts = w->counts;
	pthread_mutex_unlock(&w->lock);
	return counts;
}
