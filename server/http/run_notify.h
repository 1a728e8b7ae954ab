/* Whom a run names to be told when it ends: one mail address or subscription, and no more in a day
 * than an operator allows, since mails to whomever somebody names could flood others. */
#pragma once

#include <stdint.h>

struct db;
struct response;

struct run_notify {
	const char *name; /* as it was asked; NULL: nobody */
	int64_t token_id; /* who asks */
	int64_t per_day;  /* of that person; 0: any number */
};

/* *id: the subscription; unchanged where nobody is named. 0, RUN_NOTIFY_REFUSED (the answer has
 * been made) or a fault. */
enum { RUN_NOTIFY_REFUSED = 1 };
int run_notify_resolve(
	struct db *db, struct response *res, const struct run_notify *notify, int64_t *id);
