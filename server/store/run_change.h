/* What becomes of orders after they were given: taking them back, and another priority. Who does it
 * is written down. Whoever may not change all may change what that token, or one that was made with
 * it, has ordered. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;

struct run_changer {
	int64_t token_id;
	bool is_admin; /* may change all */
};

enum {
	RUN_CHANGE_NONE = 2, /* no such run or job */
	RUN_CHANGE_OTHER =
		3, /* it is somebody else's: *owner is who ordered it, NULL: nobody did */
};

/* Queued jobs end here; running ones are told at their next heartbeat. `by` NULL: Faultline itself,
 * which may all. *owner is the caller's, and may be NULL where `by` is. 0, RUN_CHANGE_… or a fault.
 */
int run_cancel(struct db *db, int64_t id, const struct run_changer *by, char **owner);
/* Another priority for what waits or runs. 0, RUN_CHANGE_… or a fault. */
int run_priority(
	struct db *db, int64_t id, int64_t priority, const struct run_changer *by, char **owner);

/* The same of one job; `id` is text of a URL. */
int job_cancel(struct db *db, const char *id, const struct run_changer *by, char **owner);
int job_priority(struct db *db, const char *id, int64_t priority, const struct run_changer *by,
	char **owner);
