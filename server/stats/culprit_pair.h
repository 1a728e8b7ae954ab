/* One culprit or two? A bug may have come twice, or come with one commit and come more often with
 * another; a fix may need two. Then commits differ in three or four sorts, not in two, and each
 * sort has a chance of its own (statistics.md 5). Pure. */
#pragma once

#include "stats/culprit.h"

#include <stddef.h>

/* Before anything was seen: that there are two. */
#define CULPRIT_TWO_PRIOR 0.02

enum { PAIR_NEITHER, PAIR_FIRST_ONLY, PAIR_SECOND_ONLY, PAIR_BOTH, PAIR_SORTS };

struct culprit_pair {
	double belief; /* that there are two, against one */
	/* The likeliest two, were there two; each stands for `alike` commits that nothing tells
	 * apart so far. `first` is an ancestor of `second` if either is. */
	size_t first, second;
	size_t first_alike, second_alike;
	/* What was seen on commits that hold neither, one of them, both. */
	struct culprit_tally {
		double events, exposure;
	} sorts[PAIR_SORTS];
};

/* Chances only (culprit_new); worth asking once a commit was found. Where nothing tells two commits
 * apart `belief` is 0 and the rest is not set. */
void culprit_pair_find(const struct culprit *c, struct culprit_pair *out);
