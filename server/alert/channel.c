/* The table of channels. */
#include "alert/message.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "alert/mail.h"
#include "shared/network.h"
#include "alert/transfer.h"
#include "alert/webhook.h"
#include "shared/cleanup.h"
#include "shared/log.h"

static const struct {
	const char *name;
	channel_send *send;
} channels[] = {
	{"mail", mail_send},
	{"webhook", webhook_send},
};

int channels_start(const char *networks)
{
	_free_ char *bad = NULL;
	transfer_start();
	return network_check(networks, &bad) == 0
		       ? 0
		       : log_fault("--webhook-networks: '%s' is no network", bad);
}

channel_send *channel_find(const char *name)
{
	for (size_t i = 0; i < sizeof(channels) / sizeof(channels[0]); i++) {
		if (strcmp(channels[i].name, name) == 0) {
			return channels[i].send;
		}
	}
	return NULL;
}

void sent_failed(struct sent *out, enum sent_kind kind, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	out->kind = kind;
	vsnprintf(out->why, sizeof(out->why), format, list);
	va_end(list);
}
