/* Fixed or masked? Six answers to "is it gone?", the first that holds (statistics.md 2).
 *
 * Silence alone proves nothing: a kernel that migrates a thousand times less meets a race a
 * thousand times less often. So silence is held against the work that was done, within strata. */
#pragma once

#include "stats/ratio.h"

#include <stdbool.h>
#include <stddef.h>

/* "Gone" means: a tenth of the old rate or less, and so sure. */
#define VERDICT_FIXED_RATIO 0.1
#define VERDICT_SURE 0.99
/* So many events due and none seen have a chance of one in a hundred: -ln 0.01. */
#define VERDICT_EVENTS_DUE 4.605170186
/* Work per hour that fell by less than this is no mask. */
#define VERDICT_FELL 2.0
#define VERDICT_CONFIDENCE 0.95

enum verdict_answer {
	VERDICT_NOT_COMPARABLE, /* no stratum that both sides tried, or never seen there */
	VERDICT_STILL_THERE,    /* seen after, and the ratio may be 1 or more */
	VERDICT_RARER,          /* seen after, the whole interval of the ratio below 1 */
	VERDICT_FIXED,          /* not seen after, in work enough to tell */
	VERDICT_MASKED,         /* not seen: enough hours at the old pace, but too little work */
	VERDICT_CANNOT_TELL,    /* not seen, and too little of both */
};

enum { VERDICT_TRUTHS = 3 };

struct verdict {
	enum verdict_answer answer;
	bool is_masked;      /* work per hour fell at least VERDICT_FELL times */
	double fell;         /* so many times; NaN without times */
	struct ratio ratio;  /* all 0 when not comparable */
	double fixed_chance; /* P(ratio <= VERDICT_FIXED_RATIO | data); NaN when not comparable */
	double due_by_work;  /* events after, at the old rate per unit of work */
	double due_by_time;  /* at the old rate per hour; NaN without times */
	/* What would decide it when nothing is seen meanwhile, run in cells[more_cell], where an
	 * hour tells most. For all answers but still there, rarer and fixed; else, and when it was
	 * never seen before, 0 and no cell (n). */
	double more_exposure;
	double more_seconds; /* at that cell's pace after, else before; NaN when unknown */
	size_t more_cell;
	/* Chance that this much work ends in "fixed" if the true ratio is 1/10, 1/3 and 1. */
	double more_fixed[VERDICT_TRUTHS];
};

extern const double verdict_truths[VERDICT_TRUTHS];

/* Judges `n` cells. Cells that one side has not tried are left out. */
void verdict_of(const struct rate_cell *cells, size_t n, struct verdict *out);

/* Is it "fixed" even without the sighting by which the bug was found? A bug is looked at because it
 * was seen, so that one sighting says nothing of its rate: one of a hundred such bugs is seen where
 * but 0.01 were due, and once seen its silence was called fixed wrongly once in three. People are
 * told only of this: wrong in at most 1 of 100, however rare the bug (ci/bench/stats.c). `verdict`
 * is that of the cells. */
bool verdict_is_told(const struct rate_cell *cells, size_t n, const struct verdict *verdict);

/* The word of an answer, as in JSON: "not_comparable", "still_there", "rarer", "fixed",
 * "masked", "cannot_tell". */
const char *verdict_word(enum verdict_answer answer);
/* The same for people: "masked so far", "cannot tell yet". */
const char *verdict_label(enum verdict_answer answer);
