/* Alerts: what people should know. Deciding writes an alert and its deliveries in one transaction.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;

enum { ALERT_NONE = 2 };

/* Within a transaction: looks for one kind of news (`query`, a file alert_decide_….sql), makes
 * alerts of it and writes their deliveries. *did: there was something to do. 0, DB_REFUSED or a
 * fault. */
int alert_decide(struct db *db, const char *query, bool *did);

/* What a person does about an alert. */
struct alert_order {
	const char *alert;    /* its number, text of a URL */
	const char *action;   /* acknowledge, assign, mute, unmute */
	const char *assignee; /* assign; NULL: nobody */
	const char *note;
	int64_t days; /* mute; 0: for ever */
	int64_t token_id;
};
/* 0, ALERT_NONE, DB_REFUSED or a fault. */
int alert_mark(struct db *db, const struct alert_order *order);
