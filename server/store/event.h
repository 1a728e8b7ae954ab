/* What happened, for pages that are open. */
#pragma once

#include <stdint.h>

struct db;
struct rows;

/* Notes it. Kinds: run, job, attempt, bug, series, tree, machine. `attempt_id` 0: belongs to none.
 * 0, DB_REFUSED or a fault. */
int event_add(struct db *db, const char *kind, int64_t subject_id, int64_t attempt_id);

/* This connection hears "job_queued" from now on. 0 or a fault. */
int event_listen(struct db *db);

/* What happened after event `id` within the last day, oldest first, at most 500: columns id, kind,
 * subject_id, attempt_id. `attempt_id` 0: of all. 0 or a fault. */
int event_since(struct db *db, int64_t id, int64_t attempt_id, struct rows **out);
/* The same columns: what happened within the last 10 s. */
int event_recent(struct db *db, struct rows **out);
