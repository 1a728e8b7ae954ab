/* Which commits hold which: the ancestor sets of a range of commits, prepared once as bits.
 *
 * A sum over the ancestors of each commit takes what its largest parent has, and adds what the
 * other parents bring besides, which is listed once: 10,000 commits with many merges take a
 * fraction of a millisecond each time. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ANCESTRY_TOO_LARGE = 1, /* more commits than ANCESTRY_MAX, whose sets take 50 MB */
	ANCESTRY_DISORDERED,    /* a parent stands behind its child, or is not in the range */
	ANCESTRY_MAX = 20000,
};

struct ancestry;

/* `n` commits, parents before children: the parents of commit i are parents[starts[i]] to
 * parents[starts[i + 1] - 1], places in the same order. What is given may go afterwards. 0 and *out
 * (ancestry_free), or a named outcome. */
int ancestry_new(size_t n, const size_t *starts, const size_t *parents, struct ancestry **out);
void ancestry_free(struct ancestry *a);

size_t ancestry_count(const struct ancestry *a);

/* Is `older` the commit `newer` or one of its ancestors? */
bool ancestry_holds(const struct ancestry *a, size_t newer, size_t older);

/* The words of the set of `commit`: bit i % 64 of word i / 64 is commit i. Lives as long as `a`. */
const uint64_t *ancestry_bits(const struct ancestry *a, size_t commit);

/* sums[i] = the sum of values over commit i and its ancestors. */
void ancestry_sum(const struct ancestry *a, const double *values, double *sums);
