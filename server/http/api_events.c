/* What happens, as it happens; a browser that comes back is told what it missed. */
#include "http/api_events.h"

#include <string.h>

#include "http/feed.h"
#include "http/hub.h"
#include "http/service.h"
#include "shared/number.h"
#include "store/db.h"
#include "store/event.h"
#include "store/row.h"

enum { EVENTS_REPLAY_MAX = 500 };

static const char resync[] = "event: resync\ndata: {}\n\n";

/* Sends the events after `last`; too many, or too old: the page is to be read again. */
static int replay(struct db *db, struct subscriber *s, int64_t last, int64_t attempt_id)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = event_since(db, last, attempt_id, &rows);
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) >= EVENTS_REPLAY_MAX) {
		subscriber_send(s, resync, sizeof(resync) - 1);
		return 0;
	}
	for (size_t i = 0; i < rows_count(rows); i++) {
		char text[FEED_EVENT_SIZE];
		const size_t size =
			feed_event(text, row_int(rows, i, "id"), row_text(rows, i, "kind"),
				row_int(rows, i, "subject_id"), row_int(rows, i, "attempt_id"));
		subscriber_send(s, text, size);
	}
	return 0;
}

int api_events(struct request *req, struct db *db, struct response *res)
{
	int64_t attempt_id = 0;
	int64_t last = 0;
	const char *attempt = request_argument(req, "attempt");
	if (attempt != NULL && number_parse(attempt, 1, INT64_MAX, &attempt_id) != 0) {
		return response_error(res, 400, "bad_argument",
			"argument 'attempt' must be the id of an attempt");
	}
	struct hub *hub = req->service->hub;
	struct subscriber *s = feed_subscribe(hub_feed(hub), attempt_id, req->caller.id);
	const char *id = request_header(req, "Last-Event-ID");
	int outcome = 0;
	if (id != NULL && number_parse(id, 0, INT64_MAX, &last) == 0) {
		outcome = replay(db, s, last, attempt_id);
	}
	if (outcome != 0) {
		subscriber_end(s);
		return outcome;
	}
	subscriber_send(s, "retry: 2000\n\n", 13);
	hub_heed(hub);
	res->status = 200;
	res->type = "text/event-stream";
	res->events = s;
	res->is_cached = true;
	response_header(res, "Cache-Control", "no-store");
	response_header(res, "X-Accel-Buffering", "no");
	return 0;
}
