/* What the fuzz targets (x_fuzz.c, beside x.c; `make fuzz`) share. A target reads the input as if
 * it had come from outside and dies when a promise of the header does not hold. Only functions that
 * take bytes and touch nothing else are fuzzed. Inline, since programs never link this. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/log.h"

/* libFuzzer calls these; the second is a target's own way to change an input, if it has one. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room, unsigned seed);

/* Faults that a target is fed are no news. */
static inline void fuzz_hush(void)
{
	log_init((enum log_level)0);
}

/* A promise: what does not hold is a finding. */
static inline void fuzz_must(bool holds, const char *promise)
{
	if (!holds) {
		fprintf(stderr, "broken promise: %s\n", promise);
		abort();
	}
}

/* A stream of numbers that one input always gives again: the places where it is cut into pieces.
 * Out of the input itself, so that any file is a case as it is. */
struct fuzz_numbers {
	uint64_t state;
};

static inline struct fuzz_numbers fuzz_numbers_of(const uint8_t *bytes, size_t size)
{
	uint64_t state = 0x9e3779b97f4a7c15u + size;
	for (size_t at = 0; at + sizeof(uint64_t) <= size; at += sizeof(uint64_t)) {
		uint64_t word;
		memcpy(&word, bytes + at, sizeof(word));
		state = (state ^ word) * 0xbf58476d1ce4e5b9u;
		state ^= state >> 29;
	}
	return (struct fuzz_numbers){state | 1};
}

/* The next number below `limit`, which is not 0 (xorshift64*). */
static inline size_t fuzz_below(struct fuzz_numbers *numbers, size_t limit)
{
	numbers->state ^= numbers->state >> 12;
	numbers->state ^= numbers->state << 25;
	numbers->state ^= numbers->state >> 27;
	return (size_t)((numbers->state * 0x2545f4914f6cdd1du) >> 16) % limit;
}

/* How many of the `left` bytes come next, 1 at least: a few, a line, a block, or all. */
static inline size_t fuzz_piece(struct fuzz_numbers *numbers, size_t left)
{
	static const size_t most[] = {2, 16, 200, 2000, SIZE_MAX};
	size_t limit = most[fuzz_below(numbers, sizeof(most) / sizeof(most[0]))];
	return 1 + fuzz_below(numbers, limit < left ? limit : left);
}

/* A copy with nothing behind it, so that the sanitizer sees the first byte too many; the caller's.
 */
static inline char *fuzz_copy(const void *bytes, size_t size)
{
	char *copy = malloc(size > 0 ? size : 1);
	if (copy == NULL) {
		abort();
	}
	memcpy(copy, bytes, size);
	return copy;
}

/* The same with a zero behind it. */
static inline char *fuzz_text(const void *bytes, size_t size)
{
	char *copy = malloc(size + 1);
	if (copy == NULL) {
		abort();
	}
	memcpy(copy, bytes, size);
	copy[size] = '\0';
	return copy;
}
