/* Jobs: the queue. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;
struct rows;

enum { JOB_NONE = 2 };

/* Takes one for the machine that has these tags (array text); repeating `claim_id` answers the same
 * (then *is_new is false). *order (the caller frees) is what the runner must know, as JSON text. 0,
 * JOB_NONE, DB_REFUSED or a fault. */
int job_claim(struct db *db, int64_t machine_id, const char *tags, const char *claim_id,
	bool *is_new, char **order);

/* Nobody heard of this claim: its job goes back at once. 0 or a fault. */
int job_unclaim(struct db *db, const char *claim_id);

/* Claims that were not confirmed within `confirm_s` go back. 0 or a fault. */
int job_release(struct db *db, int64_t confirm_s);

/* `state`: done, failed, lost, cancelled, or queued again. 0 or a fault. */
int job_end(struct db *db, int64_t id, const char *state);

/* Closes lanes in which no job waits, and sees how urgent the others have become. 0 or a fault. */
int job_lanes_look(struct db *db);
/* What machines are waited for: a row for each kind, its tags in column `needs`, with spaces
 * between. 0 or a fault. */
int job_waiting(struct db *db, struct rows **out);
