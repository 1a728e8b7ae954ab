/* The guest's channel: lines of JSON in, rows of counters out. Pure: no clock, no database.
 *
 * What arrives was written by a kernel that is being broken on purpose, so every line is checked by
 * itself: a bad one is counted and skipped, and nothing grows without a limit. Between two pieces
 * of one stream only samples_state() is kept. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "work/guest_clock.h"

/* Raised when the same bytes may give other rows. */
#define SAMPLES_READER_VERSION 2

/* A vmstat line of 200 counters has some 2,500 bytes. */
enum { SAMPLES_LINE_MAX = 65536 };
/* 6.x kernels have some 200 counters; the others bound what a broken guest can make us store. */
enum {
	SAMPLES_KEYS_MAX = 1024,
	SAMPLES_BOOTS_MAX = 64,
	SAMPLES_LISTS_MAX = 64,
	SAMPLES_PHASES_MAX = 1024
};
enum { SAMPLES_BOOT_ID = 37, SAMPLES_WORD = 128 };

/* A counter the guest does not know. */
#define SAMPLES_NULL INT64_MIN

/* Names of counters, in the order of the values. */
struct samples_keys {
	char **names; /* NULL: known by id only, from an earlier piece */
	size_t n;
	int64_t id; /* the store's; 0 until the caller has set it */
};

/* Rows of one boot with one list of keys: values[i * keys.n ...] belong to t_ns[i]. */
struct samples_block {
	char boot_id[SAMPLES_BOOT_ID];
	size_t keys; /* index into samples.keys */
	int64_t *t_ns;
	int64_t *values;
	size_t n;
	size_t capacity;
};

struct samples_phase {
	char boot_id[SAMPLES_BOOT_ID];
	const char *name; /* static */
	int64_t t_ns;
};

struct samples {
	struct samples_keys
		*keys; /* the first is that of "sample" lines, the last that of "vmstat" */
	size_t n_keys;
	struct samples_block *blocks;
	size_t n_blocks;
	struct samples_phase *phases;
	size_t n_phases;
	char boot_id[SAMPLES_BOOT_ID]; /* of the last hello; "" before the first */
	char release[SAMPLES_WORD];    /* of the kernel under test, as it said */
	int64_t page_size;             /* 0: not said */
	int64_t lines;                 /* of the whole stream so far */
	int64_t lines_bad;
	int64_t held_bytes; /* behind what is used up: the beginning of a line (set by the caller)
			     */
	int64_t boots;
	int64_t lists;
	int64_t phases_seen;
	struct guest_clock clock; /* of this boot */
	size_t current[2]; /* block + 1 that "sample" and "vmstat" lines go to; 0: none yet */
	bool is_skipping;  /* within a line that is too long */
	bool has_result;
};

/* Goes on from `state`, the text samples_state() gave; "{}" or nonsense begins anew. Owned by the
 * caller (samples_free). */
struct samples *samples_new(const char *state);
void samples_free(struct samples *samples);

/* Reads whole lines; answers how many bytes are used up. What is left is the beginning of a line
 * and is to be given again with what follows. `is_end`: nothing follows, so that is a line too. */
size_t samples_feed(struct samples *samples, const char *bytes, size_t size, bool is_end);

/* What must be remembered for the next piece, as JSON. Every list needs its id by now. Owned by the
 * caller. */
char *samples_state(const struct samples *samples);
