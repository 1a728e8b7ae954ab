/* Stage deliver: deliveries are written, then sent. A try is noted before it is made, so that a
 * sender that dies is followed by another: at least once, and each time the same bytes. */
#include "work/stage.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alert/message.h"
#include "alert/payload.h"
#include "alert/text.h"
#include "config.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "store/db.h"
#include "store/delivery.h"

/* What a Message-ID ends with: the host of our own address. */
static const char *host_of(const struct config *config)
{
	const char *at = strchr(config->mail_from, '@');
	return at == NULL ? "faultline.invalid" : at + 1;
}

static int draft_write(struct stage_place *place, struct db *tx, const struct delivery_draft *draft)
{
	_json_ json_t *alerts = json_loads(draft->alerts, 0, NULL);
	if (json_array_size(alerts) == 0) {
		return delivery_written(tx, draft->id, NULL, NULL, NULL, NULL);
	}
	if (strcmp(draft->channel, "webhook") == 0) {
		_free_ char *body = payload_webhook(alerts, draft->is_digest);
		return delivery_written(tx, draft->id,
			json_string_value(json_object_get(json_array_get(alerts, 0), "title")),
			body, NULL, NULL);
	}
	_free_ char *own_id =
		alloc_format("delivery.%" PRId64 "@%s", draft->id, host_of(place->config));
	const struct text_about about = {.mail_from = place->config->mail_from,
		.message_id = draft->root_id == NULL ? own_id : draft->root_id,
		.root_subject = draft->root_subject,
		.is_digest = draft->is_digest,
		.is_public = draft->is_public,
		.has_regzbot = draft->has_regzbot};
	_free_ char *subject = NULL;
	_free_ char *text = NULL;
	text_mail(alerts, &about, &subject, &text);
	return delivery_written(tx, draft->id, subject, text, own_id, draft->root_id);
}

/* One delivery is written, in one transaction. DELIVERY_NONE: none is due. */
static int write_turn(struct stage_place *place)
{
	_tx_ struct db *tx = NULL;
	struct delivery_draft draft = {0};
	int outcome = db_begin(place->db, &tx);
	if (outcome == 0) {
		outcome = delivery_write_next(tx, place->config->public_url, &draft);
	}
	if (outcome == 0) {
		outcome = draft_write(place, tx, &draft);
	}
	delivery_draft_fini(&draft);
	return outcome == 0 ? db_commit(&tx) : outcome;
}

static void delivery_send(
	const struct stage_place *place, const struct delivery *d, struct sent *sent)
{
	const struct alert_config config = {.mail_server = place->config->mail_server,
		.mail_from = place->config->mail_from,
		.webhook_networks = place->config->webhook_networks,
		.stop_fd = place->stop_fd};
	const struct message message = {.id = d->id,
		.target = d->target,
		.secret = d->secret,
		.subject = d->subject,
		.content = d->content,
		.message_id = d->message_id,
		.in_reply_to = d->in_reply_to,
		.created_s = d->created_s,
		.is_public = d->is_public};
	channel_send *send = channel_find(d->channel);
	if (send == NULL) {
		sent_failed(sent, SENT_NEVER, "there is no channel '%s'", d->channel);
		return;
	}
	send(&config, &message, sent);
}

/* One delivery is tried. DELIVERY_NONE: none is due. */
static int send_turn(struct stage_place *place)
{
	struct delivery delivery = {0};
	struct sent sent = {0};
	int outcome = delivery_take(place->db, &delivery);
	if (outcome == 0) {
		log_matter("delivery=%" PRId64, delivery.id);
		delivery_send(place, &delivery, &sent);
		const bool is_taken = sent.kind == SENT_TAKEN;
		if (!is_taken) {
			log_info("it failed: %s", sent.why);
		}
		outcome = delivery_sent(place->db, delivery.id, is_taken ? NULL : sent.why,
			sent.kind == SENT_NEVER || sent.kind == SENT_GONE, sent.kind == SENT_GONE);
	}
	delivery_fini(&delivery);
	log_about(0, 0);
	return outcome;
}

int stage_deliver(struct stage_place *place)
{
	bool did = false;
	int outcome = 0;
	while (outcome == 0 && !stage_is_stopping(place)) {
		outcome = write_turn(place);
		const bool is_written = outcome == 0;
		outcome = outcome == 0 || outcome == DELIVERY_NONE ? send_turn(place) : outcome;
		did = did || is_written || outcome == 0;
		outcome = outcome == DELIVERY_NONE && is_written ? 0 : outcome;
	}
	if (outcome == DB_REFUSED) {
		return log_fault("cannot deliver: %s", db_refusal(place->db));
	}
	return outcome < 0 ? outcome : did ? STAGE_DID : STAGE_IDLE;
}
