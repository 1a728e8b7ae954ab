/* Whom a run names to be told when it ends. */
#include "http/run_notify.h"

#include <inttypes.h>
#include <stdbool.h>

#include "http/request.h"
#include "store/run.h"

static int refused(int outcome)
{
	return outcome < 0 ? outcome : RUN_NOTIFY_REFUSED;
}

/* May this person name somebody once more? */
static int room_check(struct db *db, struct response *res, const struct run_notify *notify)
{
	int64_t runs = 0;
	if (notify->per_day == 0) {
		return 0;
	}
	const int outcome = run_notify_used(db, notify->token_id, &runs);
	if (outcome != 0 || runs < notify->per_day) {
		return outcome;
	}
	return refused(response_error(res, 429, "too_many_mails",
		"field 'notify': %" PRId64
		" of your runs of the last 24 hours name somebody to be told, and no more may: "
		"order it without, or later",
		runs));
}

int run_notify_resolve(
	struct db *db, struct response *res, const struct run_notify *notify, int64_t *id)
{
	bool is_paused = false;
	int outcome = notify->name == NULL ? 0 : room_check(db, res, notify);
	if (outcome != 0 || notify->name == NULL) {
		return outcome;
	}
	outcome = run_notify_find(db, notify->name, notify->token_id, id, &is_paused);
	if (outcome == RUN_NONE) {
		return refused(response_error(res, 422, "unknown_subscription",
			"field 'notify': there is no subscription of that name; GET "
			"/api/v1/subscriptions lists them"));
	}
	if (outcome == 0 && is_paused) {
		return refused(response_error(res, 422, "paused",
			"field 'notify': nothing is sent there, its subscription is paused"));
	}
	return outcome;
}
