/* Open event streams. A reader that has nothing to send suspends its connection under the feed's
 * lock, and whoever brings text resumes it under the same lock: answering 0 without suspending
 * would spin (dependencies.md 1.3). */
#include "http/feed.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/listen.h"
#include "shared/alloc.h"
#include "store/array.h"

/* A client that reads nothing for so long gets "resync" in place of what it missed. */
enum { FEED_BUFFER_MAX = 64 * 1024 };

static const char resync[] = "event: resync\ndata: {}\n\n";

struct subscriber {
	struct feed *feed;
	struct subscriber *next;
	struct subscriber **back; /* what points at this one */
	void *connection;
	int64_t attempt_id;
	int64_t token_id;
	char *text;
	size_t size;
	size_t room;
	bool is_suspended;
	bool is_ended; /* nothing more is to come */
};

struct feed {
	pthread_mutex_t lock;
	struct subscriber *first;
	size_t count;
	bool is_closed;
};

struct feed *feed_new(void)
{
	struct feed *feed = alloc_zero(1, sizeof(*feed));
	pthread_mutex_init(&feed->lock, NULL);
	return feed;
}

void feed_free(struct feed *feed)
{
	if (feed != NULL) {
		pthread_mutex_destroy(&feed->lock);
		free(feed);
	}
}

struct subscriber *feed_subscribe(struct feed *feed, int64_t attempt_id, int64_t token_id)
{
	struct subscriber *s = alloc_zero(1, sizeof(*s));
	s->feed = feed;
	s->attempt_id = attempt_id;
	s->token_id = token_id;
	pthread_mutex_lock(&feed->lock);
	s->next = feed->first;
	s->back = &feed->first;
	if (s->next != NULL) {
		s->next->back = &s->next;
	}
	feed->first = s;
	feed->count++;
	pthread_mutex_unlock(&feed->lock);
	return s;
}

size_t feed_count(struct feed *feed)
{
	pthread_mutex_lock(&feed->lock);
	const size_t n = feed->count;
	pthread_mutex_unlock(&feed->lock);
	return n;
}

static void subscriber_wake(struct subscriber *s)
{
	if (s->is_suspended) {
		s->is_suspended = false;
		listener_resume(s->connection);
	}
}

static void subscriber_append(struct subscriber *s, const char *text, size_t size)
{
	if (s->size + size > FEED_BUFFER_MAX) {
		s->size = 0;
		text = resync;
		size = sizeof(resync) - 1;
	}
	if (s->size + size > s->room) {
		s->room = s->size + size + 256;
		s->text = alloc_resize(s->text, s->room, 1);
	}
	memcpy(s->text + s->size, text, size);
	s->size += size;
	subscriber_wake(s);
}

void feed_send(struct feed *feed, int64_t attempt_id, const char *text, size_t size)
{
	pthread_mutex_lock(&feed->lock);
	for (struct subscriber *s = feed->first; s != NULL; s = s->next) {
		if (s->attempt_id == 0 || s->attempt_id == attempt_id) {
			subscriber_append(s, text, size);
		}
	}
	pthread_mutex_unlock(&feed->lock);
}

void feed_send_all(struct feed *feed, const char *text, size_t size)
{
	pthread_mutex_lock(&feed->lock);
	for (struct subscriber *s = feed->first; s != NULL; s = s->next) {
		subscriber_append(s, text, size);
	}
	pthread_mutex_unlock(&feed->lock);
}

void feed_tokens(struct feed *feed, struct array *ids)
{
	pthread_mutex_lock(&feed->lock);
	for (const struct subscriber *s = feed->first; s != NULL; s = s->next) {
		if (s->token_id != 0) {
			array_int(ids, s->token_id);
		}
	}
	pthread_mutex_unlock(&feed->lock);
}

void feed_end(struct feed *feed, int64_t token_id)
{
	pthread_mutex_lock(&feed->lock);
	for (struct subscriber *s = feed->first; s != NULL; s = s->next) {
		if (s->token_id == token_id) {
			s->is_ended = true;
			subscriber_wake(s);
		}
	}
	pthread_mutex_unlock(&feed->lock);
}

void feed_close(struct feed *feed)
{
	pthread_mutex_lock(&feed->lock);
	feed->is_closed = true;
	for (struct subscriber *s = feed->first; s != NULL; s = s->next) {
		subscriber_wake(s);
	}
	pthread_mutex_unlock(&feed->lock);
}

void subscriber_send(struct subscriber *s, const char *text, size_t size)
{
	pthread_mutex_lock(&s->feed->lock);
	subscriber_append(s, text, size);
	pthread_mutex_unlock(&s->feed->lock);
}

void subscriber_connect(struct subscriber *s, void *connection)
{
	pthread_mutex_lock(&s->feed->lock);
	s->connection = connection;
	pthread_mutex_unlock(&s->feed->lock);
}

ssize_t subscriber_read(struct subscriber *s, char *buffer, size_t size)
{
	pthread_mutex_lock(&s->feed->lock);
	size_t n = s->size < size ? s->size : size;
	const bool is_end = n == 0 && (s->feed->is_closed || s->is_ended);
	if (n > 0) {
		memcpy(buffer, s->text, n);
		s->size -= n;
		memmove(s->text, s->text + n, s->size);
	} else if (!is_end) {
		s->is_suspended = true;
		listener_suspend(s->connection);
	}
	pthread_mutex_unlock(&s->feed->lock);
	return is_end ? -1 : (ssize_t)n;
}

void subscriber_end(struct subscriber *s)
{
	struct feed *feed = s->feed;
	pthread_mutex_lock(&feed->lock);
	*s->back = s->next;
	if (s->next != NULL) {
		s->next->back = s->back;
	}
	feed->count--;
	pthread_mutex_unlock(&feed->lock);
	free(s->text);
	free(s);
}

size_t feed_event(char out[FEED_EVENT_SIZE], int64_t id, const char *kind, int64_t subject_id,
	int64_t attempt_id)
{
	char line[32] = "";
	char attempt[48] = "";
	if (id > 0) {
		snprintf(line, sizeof(line), "id: %lld\n", (long long)id);
	}
	if (attempt_id > 0) {
		snprintf(attempt, sizeof(attempt), ",\"attempt\":%lld", (long long)attempt_id);
	}
	return (size_t)snprintf(out, FEED_EVENT_SIZE, "%sevent: %.32s\ndata: {\"id\":%lld%s}\n\n",
		line, kind, (long long)subject_id, attempt);
}
