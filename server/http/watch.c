/* What has happened since the last look. The queries look back a few seconds, since a transaction
 * may commit after a later one; what was told already is remembered and not repeated. */
#include "http/watch.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/feed.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/attempt.h"
#include "store/event.h"
#include "store/row.h"
#include "store/stream.h"

enum { WATCH_SEEN = 1024 }; /* more than a look ever answers */

/* The newest value told for a subject. */
struct seen {
	int64_t id;
	int64_t value;
	char name[8];
};

struct ring {
	struct seen seen[WATCH_SEEN];
	size_t next;
};

struct watch {
	struct ring events;
	struct ring streams;
	struct ring attempts;
};

struct watch *watch_new(void)
{
	return alloc_zero(1, sizeof(struct watch));
}

void watch_free(struct watch *watch)
{
	free(watch);
}

/* True when this value of the subject was not told yet. */
static bool ring_is_news(struct ring *ring, int64_t id, const char *name, int64_t value)
{
	for (size_t i = 0; i < WATCH_SEEN; i++) {
		struct seen *s = &ring->seen[i];
		if (s->id == id && strcmp(s->name, name) == 0) {
			const bool is_news = s->value != value;
			s->value = value;
			return is_news;
		}
	}
	struct seen *s = &ring->seen[ring->next];
	ring->next = (ring->next + 1) % WATCH_SEEN;
	*s = (struct seen){.id = id, .value = value};
	snprintf(s->name, sizeof(s->name), "%s", name);
	return true;
}

static int look_events(struct watch *watch, struct db *db, struct feed *feed)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = event_recent(db, &rows);
	for (size_t i = 0; outcome == 0 && i < rows_count(rows); i++) {
		const int64_t id = row_int(rows, i, "id");
		if (!ring_is_news(&watch->events, id, "", 1)) {
			continue;
		}
		const int64_t attempt_id = row_int(rows, i, "attempt_id");
		char text[FEED_EVENT_SIZE];
		const size_t size = feed_event(text, id, row_text(rows, i, "kind"),
			row_int(rows, i, "subject_id"), attempt_id);
		feed_send(feed, attempt_id, text, size);
	}
	return outcome;
}

static int look_streams(struct watch *watch, struct db *db, struct feed *feed)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = stream_grown(db, &rows);
	for (size_t i = 0; outcome == 0 && i < rows_count(rows); i++) {
		const int64_t attempt_id = row_int(rows, i, "attempt_id");
		const int64_t size = row_int(rows, i, "size_bytes");
		const char *name = row_text(rows, i, "name");
		if (!ring_is_news(&watch->streams, attempt_id, name, size)) {
			continue;
		}
		_free_ char *text = alloc_format(
			"event: stream\ndata: {\"id\":%lld,\"attempt\":%lld,\"name\":\"%s\","
			"\"size\":%lld}\n\n",
			(long long)attempt_id, (long long)attempt_id, name, (long long)size);
		feed_send(feed, attempt_id, text, strlen(text));
	}
	return outcome;
}

static int look_attempts(struct watch *watch, struct db *db, struct feed *feed)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = attempt_progress(db, &rows);
	for (size_t i = 0; outcome == 0 && i < rows_count(rows); i++) {
		const int64_t id = row_int(rows, i, "id");
		if (ring_is_news(&watch->attempts, id, "", row_int(rows, i, "step_done"))) {
			char text[FEED_EVENT_SIZE];
			const size_t size = feed_event(text, 0, "attempt", id, id);
			feed_send(feed, id, text, size);
		}
	}
	return outcome;
}

int watch_look(struct watch *watch, struct db *db, struct feed *feed)
{
	int outcome = look_events(watch, db, feed);
	if (outcome == 0) {
		outcome = look_streams(watch, db, feed);
	}
	if (outcome == 0) {
		outcome = look_attempts(watch, db, feed);
	}
	return outcome;
}
