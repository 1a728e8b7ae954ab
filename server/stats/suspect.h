/* Does a commit cause it, or only raise the rate of something older? Rates with and without the
 * suspect, and of suspect x fix (statistics.md 6).
 *
 * One sighting without the suspect is proof that it is not the cause, but none is proof of nothing:
 * silence without it is held against the work that was done, as in verdict.h. Pure. */
#pragma once

#include "stats/rate.h"
#include "stats/ratio.h"

#include <stddef.h>

enum suspect_answer {
	SUSPECT_OPEN,      /* never seen without it, in too little work: `more_exposure` tells */
	SUSPECT_CAUSES,    /* never seen without it, in work enough to see a tenth of the rate */
	SUSPECT_RAISES,    /* seen without it too, more seldom: `ratio` says how much */
	SUSPECT_NOT_SHOWN, /* as often without it, for all that is known */
};

struct suspect {
	enum suspect_answer answer;
	/* With the suspect / without, within strata; `high` is infinite when never seen without it,
	 * all 0 when unknown. */
	struct ratio ratio;
	/* SUSPECT_OPEN: so much without the suspect in cells[more_cell] decides it if nothing is
	 * seen meanwhile; 0 and no cell (n) for all others, and when never seen at all. */
	double more_exposure, more_seconds;
	size_t more_cell;
};

/* `before` of each cell is without the suspect, `after` with it. */
void suspect_judge(const struct rate_cell *cells, size_t n, struct suspect *out);

/* "open", "causes", "raises", "not_shown". */
const char *suspect_word(enum suspect_answer answer);

/* No cell may be without exposure, and one at least has an event. */
enum { SUSPECT_UNKNOWN = 1 };

/* How many times more the suspect raises the rate where the fix is applied than where it is not: 1
 * where each does its own, 0.01 where the fix undoes what the suspect did. */
struct suspect_cross {
	struct rate rates[2][2];       /* [suspect there][fix applied] */
	double interaction, low, high; /* the middle and 95 % of the belief */
	double less;                   /* belief that it is below 1 */
};

/* 0 and *out, or SUSPECT_UNKNOWN. From Jeffreys' posteriors Gamma(k + 1/2, E) of the four, drawn
 * with a seed of its own: the same cells give the same answer. */
int suspect_cross(const struct rate_side cells[2][2], struct suspect_cross *out);
