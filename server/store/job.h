/* Jobs: the queue. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;
struct rows;

/* There is no such job. */
enum { JOB_UNKNOWN = 2 };

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

/* Jobs that waited longer than they may end. A row for each: column id; 500 mean that there may be
 * more. 0 or a fault. */
int job_expire(struct db *db, struct rows **out);

/* One job as JSON for the API, the caller's; `id` is text of a URL. 0, JOB_UNKNOWN or a fault. */
int job_json(struct db *db, const char *id, char **out);
