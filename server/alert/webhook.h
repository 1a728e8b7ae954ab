/* Channel webhook: JSON by POST, signed as Standard Webhooks say and as GitHub does, to an address
 * that is looked at before it is connected to. */
#pragma once

#include "alert/message.h"

channel_send webhook_send;

/* The secret is "whsec_" and base64 of 24 to 64 bytes. The values of the headers webhook-signature
 * and X-Hub-Signature-256; the caller frees both. */
void webhook_sign(const char *secret, const char *id, int64_t at_s, const char *body,
	char **standard, char **hub);
