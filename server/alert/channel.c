/* The table of channels. */
#include "alert/message.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "alert/mail.h"
#include "alert/transfer.h"

static const struct {
	const char *name;
	channel_send *send;
} channels[] = {
	{"mail", mail_send},
};

void channels_start(void)
{
	transfer_start();
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
