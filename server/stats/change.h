/* Change points: where the level of a series moved, and how sure that is.
 *
 * The model is levels with noise of the first order around them, x[t] - level = phi (x[t-1] -
 * level) + e; white noise is phi = 0. Places are proposed generously from seeded intervals (Kovács,
 * Bühlmann, Li and Munk, Biometrika 110, 2023; narrowest first: Baranowski, Chen and Fryzlewicz,
 * JRSS B 81, 2019) and judged strictly, weakest first: by generalised least squares with the noise
 * of what all remaining changes leave over, by ranks (which no distribution can fool), and against
 * a straight line, since drift is no step. A stretch that comes back to where it began is ranked
 * against both its sides at once: four points before five prove nothing, fifteen around them do.
 * What drifts in spite of all that is judged by its differences, and a change of its pace is told
 * as the drift beside it, from its first to its last point. Pure: values in, changes out; the same
 * values give the same answer. */
#pragma once

#include <stddef.h>

/* Fewer than CHANGE_POINTS_MIN values that are numbers: not enough to judge. */
enum { CHANGE_TOO_FEW = 1 };

enum {
	CHANGE_SIDE_MIN = 3, /* points that a level has at least */
	CHANGE_POINTS_MIN = 2 * CHANGE_SIDE_MIN,
	CHANGE_WINDOW =
		500,       /* points that are judged again on each side of what is new, at least */
	CHANGE_EDGE = 100, /* points between a known change and where that stretch ends */
};

/* Chance that noise alone shows any change, for a whole series: a little below the 1 % asked for.
 * SUSPECT: what is worth attempts, which must confirm it (change_trial.h), and no word to people.
 */
#define CHANGE_CHANCE 0.009
#define CHANGE_SUSPECT 0.1

enum change_kind {
	CHANGE_LEVEL, /* the values moved */
	CHANGE_SLOPE, /* the series drifts and its pace moved */
};

struct change {
	size_t at;        /* first point of the new level, an index into the values */
	size_t low, high; /* with 95 % it lies here, low <= at <= high */
	/* Of a level the first point of the one before and the last of the one behind; of a slope
	 * the ends of that stretch beside `at` which moves further. */
	size_t from, to;
	double before, before_low, before_high; /* means of both levels, or at both ends, 95 % */
	double after, after_low, after_high;
	double chance; /* that noise alone would show this, anywhere in the series */
	enum change_kind kind;
};

struct changes {
	struct change *list; /* by place */
	size_t count;
	double noise;           /* standard deviation of one value around the levels or the drift */
	double autocorrelation; /* phi, 0 to 0.95 */
};

/* Changes among `n` values; what is not finite is a missing point. `chance` is between 0 and 1.
 * 0 and *out (the caller's: changes_fini), or CHANGE_TOO_FEW and an empty *out. Ten thousand
 * values take some 10 ms, two thousand 1 ms. */
int change_find(const double *values, size_t n, double chance, struct changes *out);

/* What has to be judged again when the values `low` to `high` of `n` are new or others, for long
 * series: CHANGE_WINDOW points on each side, and up to CHANGE_EDGE more where one of the `count`
 * known changes would stand at the end. What lies outside stays as it is known; the stretch is
 * judged by its own noise. 1,000 points take less than 1 ms. */
struct change_stretch {
	size_t from, to; /* from <= low, high < to */
};
struct change_stretch change_stretch(
	const size_t *known, size_t count, size_t n, size_t low, size_t high);

void changes_fini(struct changes *changes);
