/* The server as a process. Everything waits for PostgreSQL; the socket opens last and closes first.
 */
#include "serve.h"

#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config.h"
#include "http/address.h"
#include "http/door.h"
#include "http/hub.h"
#include "http/listen.h"
#include "http/page.h"
#include "http/service.h"
#include "http/static.h"
#include "http/worker.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/notify.h"
#include "shared/number.h"
#include "store/db.h"
#include "store/migrate.h"
#include "work/work.h"

/* Bytes under way: bodies in memory, long answers on the disk. */
#define SERVE_LARGE_BODIES ((size_t)128 << 20)
#define SERVE_SMALL_BODIES ((size_t)32 << 20)
#define SERVE_OPEN_BODIES ((size_t)8 << 20)
#define SERVE_FILES ((size_t)16 << 30)

enum {
	SERVE_WAIT_S = 60,
	SERVE_CHECK_S = 5,
	SERVE_RETRY_GAP_MS = 200,
	SERVE_ARENAS = 2,             /* of malloc: one for each thread would cost memory */
	SERVE_MAP_BYTES = 256 * 1024, /* larger blocks go back to the system when freed */
	SERVE_FILES_BESIDE = 128,     /* beside one for each client */
};

struct parts {
	struct service service;
	struct listener *listener;
	struct work *work;
};

static int schema_look(const struct config *config, int wait_s)
{
	struct db *db = NULL;
	int outcome = db_open_bare(config->database, wait_s, &db);
	if (outcome == 0) {
		outcome = migrate_run(db, true);
		db_free(db);
	}
	return outcome;
}

/* Waits for PostgreSQL, which may go away while it is asked, and sees that its schema is this
 * program's. */
static int schema_check(const struct config *config, int wait_s)
{
	const int64_t until_ns = number_monotonic_ns() + (int64_t)wait_s * 1000000000;
	int outcome = schema_look(config, wait_s);
	while (outcome == DB_FAULT_RETRY && number_monotonic_ns() < until_ns) {
		poll(NULL, 0, SERVE_RETRY_GAP_MS);
		outcome = schema_look(config, wait_s);
	}
	return outcome == MIGRATE_BEHIND ? log_fault("run 'faultline-server migrate' first")
					 : outcome;
}

static int port_tell(const struct config *config, uint16_t port)
{
	const char *colon = strrchr(config->listen, ':');
	log_info(
		"listening on http://%.*s:%u", (int)(colon - config->listen), config->listen, port);
	if (config->port_file[0] == '\0') {
		return 0;
	}
	_free_ char *text = alloc_format("%u\n", port);
	return file_write(config->port_file, text, strlen(text));
}

static int http_start(struct parts *p)
{
	const struct config *config = p->service.config;
	int fault = page_check();
	p->service.large_bodies.max = SERVE_LARGE_BODIES;
	p->service.small_bodies.max = SERVE_SMALL_BODIES;
	p->service.open_bodies.max = SERVE_OPEN_BODIES;
	p->service.files.max = SERVE_FILES;
	p->service.door = door_new();
	if (fault == 0) {
		p->service.statics = statics_new();
		fault = workers_start(config, &p->service.workers);
	}
	if (fault == 0) {
		fault = hub_start(config, p->service.workers, &p->service.hub);
	}
	if (fault == 0) {
		fault = listener_start(&p->service, &p->listener);
	}
	return fault != 0 ? fault : port_tell(config, listener_port(p->listener));
}

/* Nothing may be suspended when the listener stops: parked claims and streams end before it. */
static void http_stop(struct parts *p)
{
	if (p->listener != NULL) {
		listener_quiesce(p->listener);
	}
	if (p->service.hub != NULL) {
		hub_stop(p->service.hub);
	}
	if (p->service.workers != NULL) {
		workers_stop(p->service.workers);
	}
	listener_stop(p->listener);
	hub_free(p->service.hub);
	workers_free(p->service.workers);
	statics_free(p->service.statics);
	door_free(p->service.door);
}

static void limits_set(const struct config *config)
{
	mallopt(M_ARENA_MAX, SERVE_ARENAS);
	mallopt(M_MMAP_THRESHOLD, SERVE_MAP_BYTES);
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		const rlim_t want = (rlim_t)config->connections + SERVE_FILES_BESIDE;
		if (files.rlim_cur < want) {
			files.rlim_cur = want < files.rlim_max ? want : files.rlim_max;
			setrlimit(RLIMIT_NOFILE, &files);
		}
	}
}

/* Every thread inherits the block, so that sigwait below gets them. */
static sigset_t signals_block(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return set;
}

int serve_check(const struct config *config)
{
	int fault = file_mkdirs(config->state, 0750);
	if (fault == 0 && access(config->state, W_OK) < 0) {
		fault = log_errno("cannot write to '%s'", config->state);
	}
	struct sockaddr_storage address;
	fault = fault == 0 ? address_find(config->listen, &address) : fault;
	fault = fault == 0 ? schema_check(config, SERVE_CHECK_S) : fault;
	if (fault == 0) {
		log_info("all is well");
	}
	return fault == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Until a signal comes; systemd is told meanwhile that we live, where it wants to hear of it. */
static void signal_wait(const sigset_t *signals)
{
	const int64_t period_ns = notify_watchdog_ns();
	const struct timespec period = {
		.tv_sec = period_ns / 1000000000, .tv_nsec = period_ns % 1000000000};
	int number = 0;
	if (period_ns == 0) {
		sigwait(signals, &number);
	}
	while (period_ns > 0 && number <= 0) {
		notify_send("WATCHDOG=1");
		number = sigtimedwait(signals, NULL, &period);
	}
}

int serve_run(const struct config *config, bool has_http, bool has_work)
{
	struct parts parts = {.service = {.config = config}};
	const sigset_t signals = signals_block();
	limits_set(config);
	int fault = file_mkdirs(config->state, 0750);
	if (fault == 0) {
		fault = schema_check(config, SERVE_WAIT_S);
	}
	if (fault == 0 && has_work) {
		fault = work_start(config, &parts.work);
	}
	if (fault == 0 && has_http) {
		fault = http_start(&parts);
	}
	if (fault == 0) {
		notify_send("READY=1");
		signal_wait(&signals);
		notify_send("STOPPING=1");
		log_info("stopping");
	}
	http_stop(&parts);
	work_stop(parts.work);
	return fault == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
