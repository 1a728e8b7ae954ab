/* A message on its way out, and how a try to send it went. Each channel is one file with one
 * function of the shape of channel_send, and one row in channel.c. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What the operator has set. Texts are borrowed. */
struct alert_config {
	const char *webhook_networks; /* private networks that webhooks may lead to */
	const char *mail_server;      /* smtp://… or smtps://…; "" is none */
	const char *mail_from;        /* address */
	int stop_fd;                  /* readable: end soon */
};

/* All borrowed. */
struct message {
	int64_t id;         /* the delivery's */
	const char *target; /* an address, or a URL */
	const char *secret; /* of a webhook; else NULL */
	const char *subject;
	const char *content;
	const char *message_id;  /* without <> */
	const char *in_reply_to; /* NULL: it answers nothing */
	int64_t created_s;       /* Unix time */
	bool is_public;          /* goes to a public list */
};

/* How it went: taken; worth another try; refused for good; or the receiver wants nothing ever more.
 * `why` is for people. */
enum sent_kind { SENT_TAKEN, SENT_AGAIN, SENT_NEVER, SENT_GONE };
struct sent {
	enum sent_kind kind;
	char why[512];
};

typedef void channel_send(
	const struct alert_config *config, const struct message *message, struct sent *out);

/* Once, before there are threads. 0, or a fault when `networks` (--webhook-networks) are none. */
int channels_start(const char *networks);

/* NULL: there is no such channel. */
channel_send *channel_find(const char *name);

/* Notes why a try failed. */
void sent_failed(struct sent *out, enum sent_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
