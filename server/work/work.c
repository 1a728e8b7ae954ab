/* The background stages' threads: when each stage is run, and how a lost database is waited for. */
#include "work/work.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "alert/message.h"
#include "config.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"
#include "store/db.h"
#include "store/work_item.h"
#include "work/consoles.h"
#include "work/stage.h"

/* While an attempt runs its page is watched, so what it says is read five times a second. Else
 * notifications wake the stages and looking every 5 s is the truth behind them. GLANCE: how soon it
 * is seen that an attempt runs. LINGER: what is delivered at an attempt's end comes when it runs no
 * more. */
enum {
	BUSY_MS = 200,
	IDLE_MS = 5000,
	GLANCE_MS = 1000,
	LEASES_MS = 1000,
	SYMBOLS_MS = 1000,
	TIDY_MS = 3600000
};
enum { LINGER_MS = 10000 };
enum { OPEN_WAIT_S = 5, RETRY_MS = 500, NS_PER_MS = 1000000 };

/* What only time brings is not looked at for each notification. */
enum stage_cause { BY_NOTICE, BY_TIME };

struct stage {
	const char *name;
	int (*run)(struct stage_place *place);
	int busy_ms;
	int idle_ms;
	enum stage_cause cause;
};

/* git may take minutes, and so may rules that people write and what is to be removed: they have a
 * thread of their own. */
static const struct stage slow_stages[] = {
	{"patches", stage_patches, GLANCE_MS, IDLE_MS, BY_NOTICE},
	{"paths", stage_paths, GLANCE_MS, IDLE_MS, BY_NOTICE},
	{"retention", stage_retention, TIDY_MS, TIDY_MS, BY_TIME},
	{"rules", stage_rules, BUSY_MS, IDLE_MS, BY_NOTICE},
	{"watch", stage_watch, IDLE_MS, IDLE_MS, BY_NOTICE},
};
/* The other side may take its time. */
static const struct stage sending_stages[] = {
	{"deliver", stage_deliver, GLANCE_MS, IDLE_MS, BY_NOTICE},
};
static const struct stage stages[] = {
	{"bisect", stage_bisect, GLANCE_MS, IDLE_MS, BY_NOTICE},
	{"causes", stage_causes, GLANCE_MS, IDLE_MS, BY_NOTICE},
	{"cells", stage_cells, IDLE_MS, IDLE_MS, BY_NOTICE},
	{"changes", stage_changes, GLANCE_MS, IDLE_MS, BY_NOTICE},
	{"crossings", stage_crossings, GLANCE_MS, IDLE_MS, BY_NOTICE},
	{"decide", stage_decide, GLANCE_MS, IDLE_MS, BY_NOTICE},
	{"gone", stage_gone, GLANCE_MS, IDLE_MS, BY_NOTICE},
	{"ingest", stage_ingest, BUSY_MS, IDLE_MS, BY_NOTICE},
	{"leases", stage_leases, LEASES_MS, IDLE_MS, BY_TIME},
	{"machines", stage_machines, IDLE_MS, IDLE_MS, BY_TIME},
	{"measure", stage_measure, BUSY_MS, IDLE_MS, BY_NOTICE},
	{"plan", stage_plan, IDLE_MS, IDLE_MS, BY_NOTICE},
	{"symbols", stage_symbols, SYMBOLS_MS, IDLE_MS, BY_NOTICE},
	{"tidy", stage_tidy, TIDY_MS, TIDY_MS, BY_TIME},
};
enum {
	STAGES_MAX = sizeof(stages) / sizeof(stages[0]),
	SLOW_STAGES = sizeof(slow_stages) / sizeof(slow_stages[0]),
	SENDING_STAGES = sizeof(sending_stages) / sizeof(sending_stages[0])
};

struct worker {
	pthread_t thread;
	const struct work *work;
	const struct stage *stages;
	size_t n_stages;
	int64_t due_ns[STAGES_MAX];
	int64_t busy_until_ns;
	struct stage_place place;
	bool is_listening;
};

struct work {
	const struct config *config;
	int stop_fd;
	struct worker workers[3];
	size_t n_workers; /* started */
};

bool stage_is_stopping(const struct stage_place *place)
{
	struct pollfd stop = {.fd = place->stop_fd, .events = POLLIN};
	return poll(&stop, 1, 0) > 0;
}

const char *stage_why(const struct db *db, int outcome)
{
	return outcome == DB_REFUSED ? db_refusal(db) : "a fault; the server's log says more";
}

/* A connection that is there and hears of work. */
static int worker_connect(struct worker *w)
{
	int outcome = 0;
	if (w->place.db == NULL) {
		w->is_listening = false;
		return db_open(w->work->config->database, OPEN_WAIT_S, &w->place.db);
	}
	outcome = db_ready(w->place.db);
	if (outcome == 0 && !w->is_listening) {
		outcome = work_item_listen(w->place.db);
		w->is_listening = outcome == 0;
	}
	return outcome;
}

static void worker_notice(void *context, const char *channel, const char *payload)
{
	(void)channel;
	(void)payload;
	struct worker *w = context;
	for (size_t i = 0; i < w->n_stages; i++) {
		w->due_ns[i] = w->stages[i].cause == BY_TIME ? w->due_ns[i] : 0;
	}
}

/* Sleeps until a stage is due, a notification comes or the stages are to stop. */
static void worker_wait(struct worker *w, int timeout_ms, int db_fd)
{
	struct pollfd fds[] = {
		{.fd = w->place.stop_fd, .events = POLLIN}, {.fd = db_fd, .events = POLLIN}};
	poll(fds, db_fd >= 0 ? 2 : 1, timeout_ms);
}

/* Runs the stages that are due. A fault of one leaves the others alone, unless the database is
 * gone. */
static int worker_pass(struct worker *w)
{
	bool is_busy = false;
	int outcome = work_item_glance(w->place.db, &is_busy);
	const int64_t now_ns = number_monotonic_ns();
	if (is_busy) {
		w->busy_until_ns = now_ns + (int64_t)LINGER_MS * NS_PER_MS;
	}
	for (size_t i = 0; i < w->n_stages && outcome != DB_FAULT_RETRY; i++) {
		const struct stage *s = &w->stages[i];
		const int period_ms = now_ns < w->busy_until_ns ? s->busy_ms : s->idle_ms;
		if (w->due_ns[i] > now_ns + (int64_t)period_ms * NS_PER_MS) {
			w->due_ns[i] = now_ns + (int64_t)period_ms * NS_PER_MS;
		}
		if (w->due_ns[i] > now_ns || stage_is_stopping(&w->place)) {
			continue;
		}
		outcome = s->run(&w->place);
		log_about(0, 0);
		w->due_ns[i] = outcome == STAGE_DID
				       ? 0
				       : number_monotonic_ns() + (int64_t)period_ms * NS_PER_MS;
	}
	return outcome;
}

static int worker_left_ms(const struct worker *w)
{
	const int64_t now_ns = number_monotonic_ns();
	int64_t left_ns = (int64_t)GLANCE_MS * NS_PER_MS;
	for (size_t i = 0; i < w->n_stages; i++) {
		const int64_t left = w->due_ns[i] - now_ns;
		left_ns = left < left_ns ? left : left_ns;
	}
	return left_ns <= 0 ? 0 : (int)((left_ns + NS_PER_MS - 1) / NS_PER_MS);
}

static void *worker_run(void *context)
{
	struct worker *w = context;
	while (!stage_is_stopping(&w->place)) {
		int outcome = worker_connect(w);
		if (outcome == 0 && w->is_listening) {
			outcome = db_notifications(w->place.db, worker_notice, w);
		}
		if (outcome == 0 && w->is_listening) {
			outcome = worker_pass(w);
		}
		if (outcome < 0) {
			w->is_listening = w->is_listening && outcome != DB_FAULT_RETRY;
			worker_wait(w, RETRY_MS, -1);
		} else if (w->is_listening) {
			worker_wait(w, worker_left_ms(w), db_socket(w->place.db));
		}
	}
	db_free(w->place.db);
	consoles_free(w->place.consoles);
	return NULL;
}

/* Signals are for main's thread. */
static int worker_start(struct work *work, const struct stage *list, size_t n)
{
	struct worker *w = &work->workers[work->n_workers];
	*w = (struct worker){.work = work,
		.stages = list,
		.n_stages = n,
		.place = {.config = work->config,
			.state_folder = work->config->state,
			.refresh_s = work->config->refresh_s,
			.stop_fd = work->stop_fd,
			.consoles = consoles_new()}};
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	const int error = pthread_create(&w->thread, NULL, worker_run, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0) {
		consoles_free(w->place.consoles);
		return log_fault(
			"cannot start a thread for '%s': %s", list[0].name, strerror(error));
	}
	work->n_workers++;
	return 0;
}

int work_start(const struct config *config, struct work **out)
{
	struct work *work = alloc_zero(1, sizeof(*work));
	work->config = config;
	work->stop_fd = eventfd(0, EFD_CLOEXEC);
	int fault = work->stop_fd < 0 ? log_errno("cannot make an event") : 0;
	if (fault == 0) {
		fault = channels_start(config->webhook_networks);
	}
	if (fault == 0) {
		fault = worker_start(work, stages, STAGES_MAX);
	}
	if (fault == 0) {
		fault = worker_start(work, slow_stages, SLOW_STAGES);
	}
	if (fault == 0) {
		fault = worker_start(work, sending_stages, SENDING_STAGES);
	}
	if (fault < 0) {
		work_stop(work);
		return fault;
	}
	*out = work;
	return 0;
}

void work_stop(struct work *work)
{
	if (work == NULL) {
		return;
	}
	if (work->stop_fd >= 0) {
		eventfd_write(work->stop_fd, 1);
	}
	for (size_t i = 0; i < work->n_workers; i++) {
		pthread_join(work->workers[i].thread, NULL);
	}
	if (work->stop_fd >= 0) {
		close(work->stop_fd);
	}
	free(work);
}
