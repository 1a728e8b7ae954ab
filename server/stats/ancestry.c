/* Ancestor sets as bits. */
#include "stats/ancestry.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"

enum { WORD_BITS = 64, NO_BASE = -1 };

struct ancestry {
	size_t n, words;
	uint64_t *sets;
	ptrdiff_t *bases;   /* the parent with the largest set; NO_BASE: none */
	size_t *more_start; /* n + 1: what a commit has besides its base and itself */
	uint32_t *more;
	size_t more_size;
};

void ancestry_free(struct ancestry *a)
{
	if (a != NULL) {
		free(a->sets);
		free(a->bases);
		free(a->more_start);
		free(a->more);
		free(a);
	}
}

size_t ancestry_count(const struct ancestry *a)
{
	return a->n;
}

const uint64_t *ancestry_bits(const struct ancestry *a, size_t commit)
{
	assert(commit < a->n);
	return a->sets + commit * a->words;
}

bool ancestry_holds(const struct ancestry *a, size_t newer, size_t older)
{
	return ancestry_bits(a, newer)[older / WORD_BITS] >> (older % WORD_BITS) & 1;
}

static size_t set_size(const struct ancestry *a, size_t commit)
{
	size_t size = 0;
	for (size_t w = 0; w < a->words; w++) {
		size += (size_t)__builtin_popcountll(ancestry_bits(a, commit)[w]);
	}
	return size;
}

static void more_add(struct ancestry *a, size_t commit)
{
	size_t *count = &a->more_start[a->n];
	if (*count == a->more_size) {
		a->more_size = a->more_size * 2 + 1024;
		a->more = alloc_resize(a->more, a->more_size, sizeof(*a->more));
	}
	a->more[(*count)++] = (uint32_t)commit;
}

/* Merges the sets of parents into that of `commit`, and lists what comes besides the base's. */
static void commit_fill(struct ancestry *a, size_t commit, const size_t *parents, size_t count)
{
	uint64_t *set = a->sets + commit * a->words;
	size_t largest = 0;
	a->bases[commit] = NO_BASE;
	for (size_t i = 0; i < count; i++) {
		const size_t size = set_size(a, parents[i]);
		if (size > largest) {
			largest = size;
			a->bases[commit] = (ptrdiff_t)parents[i];
		}
		for (size_t w = 0; w < a->words; w++) {
			set[w] |= ancestry_bits(a, parents[i])[w];
		}
	}
	for (size_t w = 0; count > 1 && w < a->words; w++) {
		uint64_t rest = set[w] & ~ancestry_bits(a, (size_t)a->bases[commit])[w];
		for (; rest != 0; rest &= rest - 1) {
			more_add(a, w * WORD_BITS + (size_t)__builtin_ctzll(rest));
		}
	}
	set[commit / WORD_BITS] |= UINT64_C(1) << (commit % WORD_BITS);
}

int ancestry_new(size_t n, const size_t *starts, const size_t *parents, struct ancestry **out)
{
	if (n > ANCESTRY_MAX) {
		return ANCESTRY_TOO_LARGE;
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t p = starts[i]; p < starts[i + 1]; p++) {
			if (parents[p] >= i) {
				return ANCESTRY_DISORDERED;
			}
		}
	}
	struct ancestry *a = alloc_zero(1, sizeof(*a));
	a->n = n;
	a->words = (n + WORD_BITS - 1) / WORD_BITS;
	a->sets = alloc_zero(n * a->words + 1, sizeof(*a->sets));
	a->bases = alloc_zero(n + 1, sizeof(*a->bases));
	a->more_start = alloc_zero(n + 1, sizeof(*a->more_start));
	for (size_t i = 0; i < n; i++) {
		a->more_start[i] = a->more_start[n];
		commit_fill(a, i, parents + starts[i], starts[i + 1] - starts[i]);
	}
	*out = a;
	return 0;
}

void ancestry_sum(const struct ancestry *a, const double *values, double *sums)
{
	for (size_t i = 0; i < a->n; i++) {
		double sum = values[i] + (a->bases[i] == NO_BASE ? 0 : sums[a->bases[i]]);
		for (size_t m = a->more_start[i]; m < a->more_start[i + 1]; m++) {
			sum += values[a->more[m]];
		}
		sums[i] = sum;
	}
}
