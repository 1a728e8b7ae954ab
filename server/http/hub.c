/* Who waits for something to happen: parked claims and open event streams. */
#include "http/hub.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "config.h"
#include "http/exchange.h"
#include "http/feed.h"
#include "http/watch.h"
#include "http/worker.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"
#include "store/array.h"
#include "store/db.h"
#include "store/event.h"
#include "store/job.h"
#include "store/listening.h"
#include "store/row.h"
#include "store/token.h"

enum {
	HUB_WATCH_MS = 250,    /* how often it is looked for news while somebody listens */
	HUB_SAFETY_MS = 5000,  /* how often parked claims look without having been called */
	HUB_BEAT_MS = 15000,   /* event streams say something, else dead ones stay for ever */
	HUB_RETRY_MS = 500,    /* between tries to reach PostgreSQL again */
	HUB_RELEASE_PARTS = 5, /* looks for forgotten claims in the time they have */
	HUB_NOTE_MS = 5000,    /* between notes that we listen, but … */
	HUB_NOTE_PARTS = 6,    /* … so many in a lease: three missed are a break */
	HUB_WAIT_S = 60,
	HUB_TAG_MAX = 128, /* a job's tags are shorter */
};

struct hub {
	pthread_t thread;
	pthread_mutex_t lock;
	struct workers *workers;
	struct db *db;
	struct feed *feed;
	struct watch *watch;
	struct exchange *parked; /* oldest first */
	size_t parked_count;
	uint64_t generation;
	int64_t safety_ns;
	int64_t beat_ns;
	int64_t release_ns;
	int64_t note_ns;
	int64_t confirm_s;
	int64_t lease_s;
	int wake_fd;
	bool is_stopping;
};

static void wake_thread(struct hub *hub)
{
	const uint64_t one = 1;
	if (write(hub->wake_fd, &one, sizeof(one)) < 0) {
		log_errno("cannot wake the hub");
	}
}

static void answer_nothing(struct exchange *x)
{
	x->response.is_parked = false;
	x->response.status = 204;
	exchange_answer(x);
}

/* False when its client has gone meanwhile: a job must not be given to nobody. */
static bool look_again(struct hub *hub, struct exchange *x)
{
	const bool is_gone = exchange_is_gone(x);
	x->response.is_parked = false;
	if (is_gone || !workers_push(hub->workers, x)) {
		answer_nothing(x);
	}
	return !is_gone;
}

/* Takes up to `limit` exchanges that `is_meant` chooses out of the list, oldest first. */
static struct exchange *unpark(struct hub *hub, size_t limit,
	bool (*is_meant)(const struct exchange *x, const void *context), const void *context)
{
	struct exchange *taken = NULL;
	struct exchange **end = &taken;
	struct exchange **at = &hub->parked;
	while (*at != NULL && limit > 0) {
		struct exchange *x = *at;
		if (!is_meant(x, context)) {
			at = &x->next;
			continue;
		}
		*at = x->next;
		x->next = NULL;
		*end = x;
		end = &x->next;
		limit--;
		hub->parked_count--;
	}
	return taken;
}

static bool is_any(const struct exchange *x, const void *context)
{
	(void)x;
	(void)context;
	return true;
}

static bool is_over(const struct exchange *x, const void *now_ns)
{
	return x->response.park_until_ns <= *(const int64_t *)now_ns;
}

/* `needs` are tags with spaces between; the machine has each of them. */
static bool is_able(const struct exchange *x, const void *needs)
{
	char tag[HUB_TAG_MAX + 3];
	for (const char *at = needs; *at != '\0';) {
		const size_t size = strcspn(at, " ");
		snprintf(tag, sizeof(tag), " %.*s ", (int)size, at);
		if (size > HUB_TAG_MAX || strstr(x->response.parked_tags, tag) == NULL) {
			return false;
		}
		at += size + strspn(at + size, " ");
	}
	return true;
}

static void answer_each_nothing(struct exchange *x)
{
	while (x != NULL) {
		struct exchange *next = x->next;
		answer_nothing(x);
		x = next;
	}
}

/* How many of them look. */
static unsigned each_looks_again(struct hub *hub, struct exchange *x)
{
	unsigned looking = 0;
	while (x != NULL) {
		struct exchange *next = x->next;
		looking += look_again(hub, x);
		x = next;
	}
	return looking;
}

uint64_t hub_generation(struct hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	const uint64_t generation = hub->generation;
	pthread_mutex_unlock(&hub->lock);
	return generation;
}

size_t hub_parked(struct hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	const size_t n = hub->parked_count;
	pthread_mutex_unlock(&hub->lock);
	return n;
}

void hub_park(struct hub *hub, struct exchange *x)
{
	pthread_mutex_lock(&hub->lock);
	const bool is_stopping = hub->is_stopping;
	const bool is_late = x->response.park_generation != hub->generation;
	if (!is_stopping && !is_late) {
		struct exchange **end = &hub->parked;
		while (*end != NULL) {
			end = &(*end)->next;
		}
		x->next = NULL;
		*end = x;
		hub->parked_count++;
	}
	pthread_mutex_unlock(&hub->lock);
	if (is_stopping) {
		answer_nothing(x);
	} else if (is_late) {
		look_again(hub, x);
	} else {
		wake_thread(hub);
	}
}

struct feed *hub_feed(struct hub *hub)
{
	return hub->feed;
}

void hub_heed(struct hub *hub)
{
	wake_thread(hub);
}

/* Up to `count` of those who have all of `needs` look again. */
static void wake_able(struct hub *hub, const char *needs, unsigned count)
{
	struct exchange *taken = NULL;
	do {
		pthread_mutex_lock(&hub->lock);
		hub->generation++;
		taken = unpark(hub, count, is_able, needs);
		pthread_mutex_unlock(&hub->lock);
		count -= each_looks_again(hub, taken);
	} while (taken != NULL && count > 0); /* for each that had gone, another */
}

/* "7 3 arch:x86_64 kvm": job 7 and two others were queued for machines with these tags. */
static void take_queued(struct hub *hub, const char *payload)
{
	unsigned count = 0;
	int size = 0;
	if (sscanf(payload, "%*u %u %n", &count, &size) == 1 && size > 0) {
		wake_able(hub, payload + size, count);
	}
}

static void take_notification(void *context, const char *channel, const char *payload)
{
	if (strcmp(channel, "job_queued") == 0) {
		take_queued(context, payload);
	}
}

static void wake_all(struct hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	hub->generation++;
	struct exchange *taken = unpark(hub, SIZE_MAX, is_any, NULL);
	pthread_mutex_unlock(&hub->lock);
	each_looks_again(hub, taken);
}

/* A stream that is open outlives the look at its token, so that look is repeated. */
static int end_revoked(struct hub *hub)
{
	_array_ struct array ids;
	array_init(&ids);
	feed_tokens(hub->feed, &ids);
	_rows_ struct rows *ended = NULL;
	const int outcome = ids.n == 0 ? 0 : token_ended(hub->db, &ids, &ended);
	for (size_t i = 0; ended != NULL && i < rows_count(ended); i++) {
		feed_end(hub->feed, row_int(ended, i, "id"));
	}
	return outcome;
}

/* A notification may be missed, and a machine be set to work again: whoever could take what waits
 * looks. */
static int wake_waited_for(struct hub *hub)
{
	const int64_t now = number_monotonic_ns();
	if (now < hub->safety_ns || hub_parked(hub) == 0) {
		return 0;
	}
	hub->safety_ns = now + (int64_t)HUB_SAFETY_MS * 1000000;
	_rows_ struct rows *rows = NULL;
	const int outcome = job_waiting(hub->db, &rows);
	for (size_t i = 0; outcome == 0 && i < rows_count(rows); i++) {
		wake_able(hub, row_text(rows, i, "needs"), UINT_MAX);
	}
	return outcome;
}

/* What is due by the clock. */
static void tick(struct hub *hub)
{
	const int64_t now = number_monotonic_ns();
	pthread_mutex_lock(&hub->lock);
	struct exchange *over = unpark(hub, SIZE_MAX, is_over, &now);
	pthread_mutex_unlock(&hub->lock);
	answer_each_nothing(over);
	if (now >= hub->beat_ns) {
		hub->beat_ns = now + (int64_t)HUB_BEAT_MS * 1000000;
		feed_send_all(hub->feed, ":\n\n", 3);
	}
}

/* Claims whose runner never confirmed go back to the queue, and its lanes are looked after. */
static int release_claims(struct hub *hub)
{
	const int64_t now = number_monotonic_ns();
	if (now < hub->release_ns) {
		return 0;
	}
	hub->release_ns = now + hub->confirm_s * (1000000000 / HUB_RELEASE_PARTS);
	const int fault = job_release(hub->db, hub->confirm_s);
	return fault != 0 ? fault : job_lanes_look(hub->db);
}

/* Runners' silence counts while we say that we hear them. Beside that, open streams are looked at.
 */
static int note_listening(struct hub *hub)
{
	const int64_t now = number_monotonic_ns();
	if (now < hub->note_ns) {
		return 0;
	}
	const int64_t part_ms = hub->lease_s * 1000 / HUB_NOTE_PARTS;
	hub->note_ns = now + (part_ms < HUB_NOTE_MS ? part_ms : HUB_NOTE_MS) * 1000000;
	const int fault = listening_note(hub->db, hub->lease_s);
	return fault != 0 ? fault : end_revoked(hub);
}

static int wait_ms(struct hub *hub)
{
	if (feed_count(hub->feed) > 0) {
		return HUB_WATCH_MS;
	}
	int64_t until = INT64_MAX;
	pthread_mutex_lock(&hub->lock);
	for (const struct exchange *x = hub->parked; x != NULL; x = x->next) {
		until = x->response.park_until_ns < until ? x->response.park_until_ns : until;
	}
	const bool is_parking = hub->parked != NULL;
	pthread_mutex_unlock(&hub->lock);
	if (is_parking && hub->safety_ns < until) {
		until = hub->safety_ns;
	}
	until = hub->release_ns < until ? hub->release_ns : until;
	until = hub->note_ns < until ? hub->note_ns : until;
	const int64_t ms = (until - number_monotonic_ns()) / 1000000 + 1;
	return ms < 0 ? 0 : (int)ms;
}

static void wait_for_anything(struct hub *hub, int socket, int ms)
{
	struct pollfd fds[] = {
		{.fd = hub->wake_fd, .events = POLLIN}, {.fd = socket, .events = POLLIN}};
	poll(fds, socket < 0 ? 1 : 2, ms);
	uint64_t count;
	if (fds[0].revents != 0 && read(hub->wake_fd, &count, sizeof(count)) < 0) {
		log_errno("cannot read the hub's wake-up");
	}
}

/* After a break everything may have changed. */
static int listen_again(struct hub *hub)
{
	const int fault = db_ready(hub->db) != 0 ? DB_FAULT_RETRY : event_listen(hub->db);
	if (fault != 0) {
		return fault;
	}
	static const char resync[] = "event: resync\ndata: {}\n\n";
	feed_send_all(hub->feed, resync, sizeof(resync) - 1);
	wake_all(hub);
	return 0;
}

static bool is_stopping(struct hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	const bool stopping = hub->is_stopping;
	pthread_mutex_unlock(&hub->lock);
	return stopping;
}

static void *hub_run(void *context)
{
	struct hub *hub = context;
	bool is_listening = listen_again(hub) == 0;
	while (!is_stopping(hub)) {
		if (!is_listening) {
			wait_for_anything(hub, -1, HUB_RETRY_MS);
			is_listening = listen_again(hub) == 0;
		} else {
			wait_for_anything(hub, db_socket(hub->db), wait_ms(hub));
			is_listening = db_notifications(hub->db, take_notification, hub) == 0;
		}
		tick(hub);
		is_listening = is_listening && release_claims(hub) == 0 &&
			       note_listening(hub) == 0 && wake_waited_for(hub) == 0;
		if (is_listening && feed_count(hub->feed) > 0) {
			is_listening = watch_look(hub->watch, hub->db, hub->feed) == 0;
		}
	}
	return NULL;
}

int hub_start(const struct config *config, struct workers *workers, struct hub **out)
{
	struct hub *hub = alloc_zero(1, sizeof(*hub));
	const int fault = db_open(config->database, HUB_WAIT_S, &hub->db);
	if (fault != 0) {
		free(hub);
		return fault;
	}
	pthread_mutex_init(&hub->lock, NULL);
	hub->workers = workers;
	hub->confirm_s = config->confirm_s;
	hub->lease_s = config->lease_s;
	hub->feed = feed_new();
	hub->watch = watch_new();
	hub->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (hub->wake_fd < 0 || pthread_create(&hub->thread, NULL, hub_run, hub) != 0) {
		abort();
	}
	*out = hub;
	return 0;
}

void hub_stop(struct hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	hub->is_stopping = true;
	pthread_mutex_unlock(&hub->lock);
	wake_thread(hub);
	pthread_join(hub->thread, NULL);
	pthread_mutex_lock(&hub->lock);
	struct exchange *taken = unpark(hub, SIZE_MAX, is_any, NULL);
	pthread_mutex_unlock(&hub->lock);
	answer_each_nothing(taken);
	feed_close(hub->feed);
}

void hub_free(struct hub *hub)
{
	if (hub == NULL) {
		return;
	}
	db_free(hub->db);
	watch_free(hub->watch);
	feed_free(hub->feed);
	close(hub->wake_fd);
	pthread_mutex_destroy(&hub->lock);
	free(hub);
}
