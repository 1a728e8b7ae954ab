/* A few counts of the whole store, for /metrics. */
#pragma once

#include <stdint.h>

struct db;

struct metrics {
	int64_t jobs_queued;
	int64_t attempts_running;
	int64_t machines_seen;
	int64_t machines_out; /* active, and take no jobs all the same */
	int64_t attempts;     /* begun so far */
	int64_t database_bytes;
	int64_t work_items;
	int64_t consoles_older; /* read by an older reader than the newest that read any */
	int64_t logs_older;     /* of builds, likewise */
};
/* 0 or a fault. */
int metrics_read(struct db *db, struct metrics *out);

/* PostgreSQL answers: 0, or a fault. */
int metrics_ping(struct db *db);
