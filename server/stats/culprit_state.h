/* What culprit.c and culprit_choose.c share of a search; callers only hold it. */
#pragma once

#include "stats/culprit.h"

/* An event comes in an attempt with a chance whose prior is Beta(events, clean). */
struct culprit_chance {
	double events, clean;
};

struct culprit {
	const struct ancestry *line; /* borrowed */
	size_t n;
	enum culprit_kind kind;
	bool is_level;
	double before, after, noise;     /* levels only */
	struct culprit_chance hot, cold; /* with and without the defect */
	double *prior;                   /* logarithms */
	double *events, *exposure;       /* seen on commits that hold this one */
	double *ratio; /* levels: log odds of what was seen there, after : before */
	double all_events, all_exposure, none_ratio;
	double *posterior;
	double none;
	bool is_fresh; /* `posterior` and `none` are of what was seen */
};

/* Chance that an attempt shows nothing (levels: lies nearer to `before`). */
struct culprit_clean {
	double affected, spared;
};
/* Were commit `i` the culprit. */
struct culprit_clean culprit_clean_of(const struct culprit *c, size_t i, double exposure);
/* Were it none of them. */
double culprit_clean_none(const struct culprit *c, double exposure);
