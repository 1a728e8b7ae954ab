/* The outbox: deliveries are written (their content is made), then sent until somebody takes them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;

enum { DELIVERY_NONE = 2, DELIVERY_OTHER_STATE = 3 };

/* One that is to be written. Texts are owned (delivery_draft_fini). */
struct delivery_draft {
	int64_t id;
	char *channel;
	char *alerts;  /* JSON list, as alert_payload gives them; "[]": nothing is left to tell */
	char *root_id; /* Message-ID of the thread's first message to the same; NULL: none yet */
	char *root_subject;
	bool is_digest;
	bool is_public;
	bool has_regzbot;
};
void delivery_draft_fini(struct delivery_draft *draft);

/* Within a transaction; `base` is what addresses begin with. 0, DELIVERY_NONE, DB_REFUSED or a
 * fault. */
int delivery_write_next(struct db *db, const char *base, struct delivery_draft *out);
/* In the same transaction; `content` NULL: there is nothing to tell. */
int delivery_written(struct db *db, int64_t id, const char *subject, const char *content,
	const char *message_id, const char *in_reply_to);

/* One that is to be sent now. Texts are owned (delivery_fini). */
struct delivery {
	int64_t id;
	int64_t created_s;
	char *channel;
	char *target;
	char *secret; /* or NULL */
	char *subject;
	char *content;
	char *message_id;
	char *in_reply_to; /* or NULL */
	bool is_public;
};
void delivery_fini(struct delivery *delivery);

/* It is due again later unless delivery_sent says how it went. 0, DELIVERY_NONE, DB_REFUSED or a
 * fault. */
int delivery_take(struct db *db, struct delivery *out);
/* `why` NULL: it was taken; `is_final`: another try is of no use; `is_gone`: nor is any other
 * message. */
int delivery_sent(struct db *db, int64_t id, const char *why, bool is_final, bool is_gone);

/* What a person decides: approve, reject, retry. `id` is text of a URL; `was` is the MD5 of
 * subject, line feed and content that an approval is meant for, NULL whatever they are. 0,
 * DELIVERY_NONE, DELIVERY_OTHER_STATE, DB_REFUSED or a fault. */
int delivery_decide(
	struct db *db, const char *id, const char *action, const char *was, int64_t token_id);

/* Changes what a draft says; NULL leaves a part as it is, `was` as above. The same outcomes. */
int delivery_edit(
	struct db *db, const char *id, const char *subject, const char *content, const char *was);
