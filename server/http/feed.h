/* Open event streams: text is appended to each one's buffer, and its connection woken. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct array;
struct feed;
struct subscriber;

struct feed *feed_new(void);
/* All subscribers must have ended. */
void feed_free(struct feed *feed);

/* `attempt_id` 0 hears everything; `token_id` is who hears it, 0: nobody in particular. Owned by
 * the feed; ends by subscriber_end. */
struct subscriber *feed_subscribe(struct feed *feed, int64_t attempt_id, int64_t token_id);
size_t feed_count(struct feed *feed);

/* To everybody who hears this attempt; 0 goes to all that hear everything. */
void feed_send(struct feed *feed, int64_t attempt_id, const char *text, size_t size);
/* To everybody: heartbeats, "resync". */
void feed_send_all(struct feed *feed, const char *text, size_t size);
/* Adds who listens to `ids`, some of them twice. */
void feed_tokens(struct feed *feed, struct array *ids);
/* This token's streams end after what they still hold. */
void feed_end(struct feed *feed, int64_t token_id);
/* Every stream ends after what it still holds. */
void feed_close(struct feed *feed);

void subscriber_send(struct subscriber *s, const char *text, size_t size);
/* For listen.c: the connection it belongs to; the next bytes (0: nothing now, the connection has
 * been suspended; -1: the end); the end. */
void subscriber_connect(struct subscriber *s, void *connection);
ssize_t subscriber_read(struct subscriber *s, char *buffer, size_t size);
void subscriber_end(struct subscriber *s);

/* One event in the format of text/event-stream; id 0: an event that is not replayed. */
enum { FEED_EVENT_SIZE = 256 };
size_t feed_event(char out[FEED_EVENT_SIZE], int64_t id, const char *kind, int64_t subject_id,
	int64_t attempt_id);
