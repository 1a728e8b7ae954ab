/* What culprit.c and culprit_choose.c share of a search; callers only hold it. */
#pragma once

#include "stats/culprit.h"

/* Of commits that are believed less, and of attempts that tell so much less than the best, odds are
 * not looked at; and so much of what they gain counts beside bits: with all of it a test that
 * always fails takes longer. */
#define CULPRIT_ODDS_BELIEF 0.02
#define CULPRIT_ODDS_BITS 0.2
#define CULPRIT_ODDS_SHARE 0.5

/* An event comes in an attempt with a chance whose prior is Beta(events, clean). */
struct culprit_chance {
	double events, clean;
	double whole; /* log of B(events, clean) */
};

/* Commits that no attempt so far tells apart fit alike, and are weighed once. */
struct culprit_group {
	size_t member;           /* one of them */
	size_t suspects;         /* so many of them have a prior */
	double events, exposure; /* seen on commits that hold them */
	double fit; /* chance of all that was seen, were it one of them; of the best one's */
};

/* What was seen on one commit (chances only). */
struct culprit_tried {
	size_t commit;
	double events, exposure;
};

struct culprit {
	const struct ancestry *line; /* borrowed */
	size_t n;
	enum culprit_kind kind;
	struct culprit_levels *levels;   /* of a number that moved; else NULL and chances */
	struct culprit_chance hot, cold; /* with and without the defect */
	double *prior;                   /* of each commit, were it one of them */
	double none_prior;
	bool is_unseen; /* nobody has seen the defect in the range: it may be nowhere in it */
	struct culprit_group *groups;
	size_t n_groups;
	uint32_t *group; /* of each commit */
	struct culprit_tried *tried;
	size_t n_tried;
	uint32_t *place; /* of each commit in `tried`, from 1; 0: was not tried */
	double all_events, all_exposure;
	double *posterior;
	double none;
	bool is_fresh; /* `posterior` and `none` are of what was seen */
};

/* Log of the chance of so many events, and so much clean exposure, in some order. */
double culprit_chance_fit(const struct culprit_chance *chance, double events, double clean);
/* ... of all that was seen, were a commit of this group the culprit (chances only). */
double culprit_group_fit(const struct culprit *c, const struct culprit_group *group);

/* Chance that an attempt shows nothing (levels: is nearer to before). */
struct culprit_clean {
	double affected, spared;
};
/* Were a commit of this group the culprit. */
struct culprit_clean culprit_clean_of(
	const struct culprit *c, const struct culprit_group *group, double exposure);
/* Were it none of them. */
double culprit_clean_none(const struct culprit *c, double exposure);

/* Values, on commits and of the ends. */
struct culprit_levels;
struct culprit_levels *culprit_levels_new(const struct culprit_value *before, size_t n_before,
	const struct culprit_value *after, size_t n_after);
void culprit_levels_free(struct culprit_levels *l);
void culprit_levels_add(struct culprit_levels *l, size_t commit, int64_t machine, double value);
/* Logs of the chance of all values: `fit` of each group, and of none. */
void culprit_levels_fit(struct culprit *c, double *none);
/* Chance that a value is nearer to its own level than to the other. */
double culprit_levels_near(const struct culprit_levels *l);
