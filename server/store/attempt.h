/* Attempts: one execution of a job on one machine. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "store/array.h"

struct db;
struct rows;

/* The claim is gone, or the attempt does not run (any more), or is unknown. */
enum { ATTEMPT_NONE = 2 };

struct attempt_begun {
	int64_t id;
	int64_t job_id;
	char *claimed_at; /* RFC 3339 */
};
/* A claim is confirmed; repeating answers the same attempt. out->claimed_at is the caller's. 0,
 * ATTEMPT_NONE, DB_REFUSED or a fault. */
int attempt_begin(struct db *db, const char *claim_id, const char *machine, int64_t lease_s,
	struct attempt_begun *out);

struct attempt_beat {
	int64_t id;
	int64_t lease_s;
	const char *step;
	const char *unit; /* NULL: unknown */
	int64_t done;     /* negative: unknown */
	int64_t of;
};
/* The runner lives. 0, ATTEMPT_NONE or a fault. */
int attempt_beat(struct db *db, const struct attempt_beat *beat, bool *is_cancelled);

/* Names, starts and seconds of the steps so far. 0, DB_REFUSED or a fault. */
int attempt_steps_put(struct db *db, int64_t id, struct array *names, struct array *starts,
	struct array *seconds);
/* 0, DB_REFUSED (a file is not known here) or a fault. */
int attempt_artifacts_put(struct db *db, int64_t id, struct array *names, struct array *hashes);

struct attempt_locked {
	int64_t job_id;
	int64_t tries;
	int64_t tries_max;
	bool is_running;
	bool is_cancelled; /* its run is */
	bool is_late;
	char *result_hash; /* NULL: no result yet */
};
/* Within a transaction: the attempt and its job stand still until its end. result_hash is the
 * caller's. 0, ATTEMPT_NONE or a fault. */
int attempt_lock(struct db *db, int64_t id, struct attempt_locked *out);

struct attempt_end {
	int64_t id;
	const char *state;
	const char *result; /* NULL: cancelled */
	const char *step;
	const char *detail;
	const char *hash;
	const char *kernel_release;
	const char *build_id;  /* NULL: unknown */
	const char *work_unit; /* of work_done; NULL: none */
	const char *ended_by;  /* "migrations", "time"; NULL: it had one limit only */
	int64_t work_done;     /* negative: unknown */
	const char *accel;
	const char *built;
	const char *reproduce;
	int64_t page_size; /* 0: unknown */
	double build_seconds;
	double load_before;
	double load_during;
	int is_built_from_cache; /* -1: unknown */
	bool is_late;
};
/* 0, DB_REFUSED or a fault. */
int attempt_end(struct db *db, const struct attempt_end *end);

/* Attempts whose runner fell silent are lost; their jobs are queued again, or lost. For the stage
 * `tidy`, each second or so. A row for each: columns id, job_id; 100 mean that there may be more. 0
 * or a fault. */
int attempt_expire(struct db *db, struct rows **out);

struct attempt_owner {
	char *machine;    /* its name; the caller's */
	int64_t token_id; /* that machine's; 0: nobody's */
	int64_t job_id;
};
/* Whose it is. 0, ATTEMPT_NONE or a fault. */
int attempt_owner(struct db *db, int64_t id, struct attempt_owner *out);

/* A lost attempt whose job nobody has taken since goes on as if it had been heard all the time. 0,
 * ATTEMPT_NONE (it is too late) or a fault. */
int attempt_revive(struct db *db, int64_t id, int64_t lease_s);

/* The running ones: columns id, step_done. 0 or a fault. */
int attempt_progress(struct db *db, struct rows **out);
