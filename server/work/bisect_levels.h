/* A search among values, for the commit that moved what a change is of: what its two ends give is
 * what others are held against. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct ancestry;
struct bisection_evidence;
struct bisection_range;
struct culprit;

/* The search before any other value was seen, from the values of the older end (position 0) and of
 * the newer, the last; NULL: these are fewer than two on a side. Says of each value to which end's
 * it lies nearer. culprit_free. */
struct culprit *levels_begin(const struct ancestry *line, const struct bisection_range *range,
	struct bisection_evidence *evidence, size_t n);

/* It is one of an end's, which the search has from the beginning. */
bool levels_is_end(const struct bisection_range *range, const struct bisection_evidence *evidence);
