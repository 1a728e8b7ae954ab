/* What an attempt's numbers become: its exposure, and its points in the series of its tree and
 * profile. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

enum { SERIES_NONE = 3 };

/* What decides which numbers of an attempt count. */
struct series_attempt {
	char result[24]; /* "": none */
	bool is_plain;   /* its revision stands on the trend line; others beside it */
	bool is_golden;  /* a check of its machine: its numbers are no kernel's */
	bool is_emulated;
	bool is_until;   /* it was to end after so many migrations */
	bool is_removed; /* retention has removed its samples: its numbers are what they are */
};
/* 0, SERIES_NONE (no such attempt), DB_REFUSED or a fault. */
int series_attempt(struct db *db, int64_t attempt_id, struct series_attempt *out);

/* Exposure of an attempt; -1 and NAN are unknown. */
struct series_exposure {
	double workload_seconds;
	int64_t exposure;
	int64_t low;
	int64_t high;
	bool is_estimated;
};
int series_exposure_put(struct db *db, int64_t attempt_id, const struct series_exposure *exposure);

struct series_point {
	const char *metric; /* of the table metric */
	double value;
};
/* Makes the attempt's points these and no others, and counts its commit's medians anew. Needs
 * tally_lock (store/tally.h). 0, DB_REFUSED or a fault. */
int series_points_put(struct db *db, int64_t attempt_id, const char *claimed_at,
	const struct series_point *points, size_t n);
/* The same of an attempt with patches or reverts, which has no place in a series. */
int series_beside_put(struct db *db, int64_t attempt_id, const char *claimed_at,
	const struct series_point *points, size_t n);
