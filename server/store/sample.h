/* Counters of an attempt, by boot and instant. Everything may be kept twice: the same key, the same
 * row. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct db;

/* An unknown counter, in values. */
#define SAMPLE_NULL INT64_MIN

/* Whose samples: attempt and claim time, which are in every key. */
struct sample_place {
	int64_t attempt_id;
	const char *claimed_at;
	const char *boot_id;
};

/* Id of a list of counter names, made when it is new. 0, DB_REFUSED or a fault. */
int sample_keys_find(struct db *db, char *const *names, size_t n, int64_t *out);

/* Keeps `n` rows of `n_keys` values each, row after row. 0, DB_REFUSED or a fault. */
int sample_put(struct db *db, const struct sample_place *place, int64_t keys_id, size_t n_keys,
	const int64_t *t_ns, const int64_t *values, size_t n);

struct sample_phase {
	const char *boot_id;
	const char *name;
	int64_t t_ns;
};
int sample_phase_put(
	struct db *db, int64_t attempt_id, const struct sample_phase *phases, size_t n);

/* What the guest said of itself; NULL and 0 are unknown. Does not change what is known. */
int sample_guest_put(struct db *db, int64_t attempt_id, const char *release, int64_t page_size);

/* When the workload ran, on the guest's clock; -1 is never. */
struct sample_span {
	int64_t boots; /* that said something; the rest has a meaning only when it is 1 */
	char boot_id[40];
	int64_t start_ns;
	int64_t finish_ns;
	int64_t last_ns; /* of the last sample up to finish */
};
int sample_span(struct db *db, int64_t attempt_id, const char *claimed_at, struct sample_span *out);

/* The counters of migration at one instant; SAMPLE_NULL is unknown. */
struct sample_counts {
	int64_t t_ns;
	int64_t success;
	int64_t fail;
};

/* The counts at the workload's first instant and within a second of each of `instants`, by time.
 * The caller frees *out. 0, DB_REFUSED or a fault. */
int sample_near(struct db *db, const struct sample_place *place, int64_t start_ns, int64_t end_ns,
	const int64_t *instants, size_t n, struct sample_counts **out, size_t *n_out);
