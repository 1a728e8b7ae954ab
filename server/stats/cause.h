/* Do two bugs have one cause? Their rates then rise and fall with the same commits, reverts and
 * fixes, and their call chains share pieces.
 *
 * Evidence is where a rate moves, not that both are seen at once: two bugs that never go are alike
 * everywhere and that says nothing. So each step between revisions (an edge) has a rise or fall of
 * each bug, and it is asked how often the steps of one, put elsewhere along the line, would meet
 * those of the other as well. A person decides; false proposals are held down over all pairs. Pure,
 * seeded. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Share of false ones among the pairs that are proposed. */
#define CAUSE_DISCOVERY 0.05
/* Pairs whose call chains share less are no question. */
#define CAUSE_SHARED 0.1
/* A rise is one from so many standard errors on; less is noise. */
#define CAUSE_RISE 2.0

struct cause_bug {
	const double *events;      /* in each place */
	const char *const *frames; /* functions of its call chain, in any order */
	size_t n_frames;
};

/* Places one step apart. A place is a revision under some conditions; a step is a commit and the
 * next, with a revert or a fix and without. A step that was tried under several conditions has an
 * edge for each, one behind the other: rates are compared within conditions only, so that another
 * mix of them moves nothing, and what they say together is one rise or fall. */
struct cause_edge {
	size_t from, to;
	size_t step;
};

struct cause_pair {
	size_t a, b;   /* bugs, a < b */
	double shared; /* part of the shorter chain that both have, rare functions weighing more */
	double likeness; /* of rises and falls: 1 the same, 0 nothing in common, -1 opposite */
	double chance;   /* of as much likeness, were it luck */
	double q;        /* the same over all pairs asked (discovery.h); NaN: one never moves */
};

/* All pairs that share CAUSE_SHARED, by `q`; `out` has room for n (n - 1) / 2. `exposure` is what
 * was tried in each place; `edges` are in the order of the line, and those without exposure at
 * one of their ends say nothing. Proposals are those with q <= CAUSE_DISCOVERY. */
size_t cause_pairs(const struct cause_bug *bugs, size_t n, const double *exposure,
	const struct cause_edge *edges, size_t n_edges, uint64_t seed, struct cause_pair *out);

/* How a bug's rate moves in one step, whose edges these are, in standard errors: up is positive; 0:
 * not more than noise would. Signed root of the likelihood ratio of one common ratio of the rates
 * to none. */
double cause_rise(const struct cause_bug *bug, const double *exposure,
	const struct cause_edge *edges, size_t n);

/* How many of these edges, from the first on, are one step. */
size_t cause_step(const struct cause_edge *edges, size_t n);
