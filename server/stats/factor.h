/* Which factor? Each level of each factor against all others of it, within strata of the other
 * factors, with false discoveries held down over all that is looked at (statistics.md 3).
 *
 * The third answer is the point: that nothing was seen on a level that was hardly tried says
 * nothing, so it says how much more would settle it. And a factor that only goes along with another
 * is told from one that matters: B explains A when A makes no difference within levels of B while B
 * does within levels of A. Pure. */
#pragma once

#include "stats/ratio.h"

#include <stddef.h>
#include <stdint.h>

/* More levels or factors than FACTOR_MAX. */
enum { FACTOR_TOO_MANY = 1, FACTOR_MAX = 64 };

#define FACTOR_DISCOVERY 0.05 /* share of false ones among the differences named */
/* Chance at which a difference that ignores all else asks for reasons. */
#define FACTOR_CRUDE 0.01
#define FACTOR_RATIO_SMALL 3.0 /* an interval within a third to three times is no difference */

struct factor {
	size_t level_count;
	/* Bits of factors this one is computed from, as blocks per page from page size and block
	 * size: neither is a stratum of the other. 0 for a factor that is set. */
	uint64_t derived_from;
};

/* What was done under one combination of levels, and how often the bug came. */
struct factor_row {
	size_t level[FACTOR_MAX]; /* of each factor */
	struct rate_side tried;
};

enum factor_answer {
	FACTOR_DIFFERENT,     /* ratio says how many times, with interval */
	FACTOR_EXPLAINED,     /* it seems so, but `other` is why */
	FACTOR_NO_DIFFERENCE, /* tried enough, none shown */
	FACTOR_NOT_TRIED,     /* `more` says what would settle it */
	FACTOR_NOT_SEPARATED, /* it goes along with `other` in all that was tried; so does `more` */
};

struct factor_finding {
	size_t factor, level;
	enum factor_answer answer;
	struct rate_side tried; /* on this level in all */
	struct ratio ratio; /* this level / others of the factor, in strata; all 0 when unknown */
	struct ratio crude; /* the same without strata: what a naive look says */
	double q;           /* adjusted chance of `ratio`; NaN when unknown */
	size_t other;       /* a factor; their count for none */
	/* Run the conditions of rows[more_row] with this level instead, for so much work; more_row
	 * is the count of rows for nothing to run. */
	size_t more_row;
	double more_exposure;
	double more_seconds; /* at that row's pace; NaN when unknown */
};

/* Findings on each level of each factor, by factor and level; `out` has room for all levels, *count
 * says how many. 0 or FACTOR_TOO_MANY. */
int factor_findings(const struct factor *factors, size_t factor_count,
	const struct factor_row *rows, size_t row_count, struct factor_finding *out, size_t *count);

/* Bits that are missing of whether the bug comes on a level as often as under the conditions of
 * `base`: alike is within FACTOR_RATIO_SMALL times. 1 at first, 0 when it is sure. */
double factor_missing(const struct rate_side *tried, const struct rate_side *base);

/* "different", "explained", "no_difference", "not_tried", "not_separated". */
const char *factor_word(enum factor_answer answer);
