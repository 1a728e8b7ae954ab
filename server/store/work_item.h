/* What the background stages still have to do. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;

enum { WORK_ITEM_NONE = 2 };

struct work_item {
	int64_t id;
	int64_t attempt_id;
	int64_t job_id;
	char claimed_at[40]; /* the attempt's */
};

/* Leaves an attempt to be measured (again), and wakes the stage when the transaction commits. 0,
 * DB_REFUSED or a fault. */
int work_item_put(struct db *db, const char *stage, int64_t attempt_id);

/* Within a transaction: the next attempt to be measured, nobody else's until its end. 0,
 * WORK_ITEM_NONE, DB_REFUSED or a fault. */
int work_item_next(struct db *db, struct work_item *out);

/* In the transaction that did it. 0 or a fault. */
int work_item_done(struct db *db, int64_t id);

/* Outside of the transaction that failed: says why, and has it tried again later. 0 or a fault. */
int work_item_fail(struct db *db, int64_t id, const char *why);

/* Does any attempt run, or is a claim open? 0 or a fault. */
int work_item_glance(struct db *db, bool *is_busy);

/* This connection hears "work" from now on, and does not wait for the disk. 0 or a fault. */
int work_item_listen(struct db *db);
