/* Channel mail: one plain-text mail to one address, by SMTP. */
#pragma once

#include "alert/message.h"

channel_send mail_send;

/* The mail with its headers, lines ended by CRLF; the caller frees. */
char *mail_text(const struct alert_config *config, const struct message *message);
