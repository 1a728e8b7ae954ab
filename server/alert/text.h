/* What a mail says: alerts as alert_payload (db/migrations) gives them, in plain text of 72 columns
 * as kernel lists want it, with the kernel's own trailers. Pure. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

/* What text_mail is told besides the alerts. Borrowed. */
struct text_about {
	const char *mail_from;    /* for Reported-by */
	const char *message_id;   /* of the thread's first mail, or of this one when it is that */
	const char *root_subject; /* of the thread's first mail; NULL: this is it */
	bool is_digest;
	bool is_public;
	bool has_regzbot;
};

/* Subject and text of a mail that tells `alerts` (a list, not empty); both are the caller's. No
 * line is longer than 900 bytes. */
void text_mail(const json_t *alerts, const struct text_about *about, char **subject, char **text);
