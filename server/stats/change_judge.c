/* The judgement of proposed changes. */
#include "stats/change_judge.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/change.h"
#include "stats/rank.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* A step must beat a line by this, in units of the noise and per logarithm of points: a step has a
 * place too, which costs about that (Schwarz, Annals of Statistics 6, 1978, asks for 1). */
#define LINE_WEIGHT 0.7

/* What ends within this share of the step from where it began is an excursion. */
#define BACK_SHARE 0.25

enum {
	LINE_POINTS_MIN = 30, /* shorter stretches cannot tell a step from a line */
	UNPROVABLE = 9,       /* places at the ends with fewer than five points beside them */
	AT_ONCE = 10,         /* of so many weak changes one goes per pass, one at least */
};

struct judge {
	const struct change_view *view;
	double phi_least;
	double share;
	double chance;
	size_t *cuts;
	size_t count;
	double *chances; /* of the place; without Bonferroni until the end */
	struct change_noise noise;
};

double judge_share(double chance, size_t n, double phi)
{
	const double places = n > UNPROVABLE ? (double)(n - UNPROVABLE) : 1;
	return chance * (1 - phi / 2) / places;
}

static size_t from_of(const struct judge *j, size_t i)
{
	return i > 0 ? j->cuts[i - 1] : 0;
}

static size_t to_of(const struct judge *j, size_t i)
{
	return i + 1 < j->count ? j->cuts[i + 1] : j->view->n;
}

static void measure(struct judge *j)
{
	j->noise = noise_of_residuals(j->view, j->cuts, j->count);
	const double phi = noise_phi_believed(j->noise.phi, j->view->n);
	j->noise.phi = GSL_MAX(phi, j->phi_least);
	j->share = judge_share(j->chance, j->view->n, j->noise.phi);
}

/* Each change to its best place between its neighbours. */
static void place(struct judge *j)
{
	for (size_t i = 0; i < j->count; i++) {
		const struct change_step best = step_best(
			j->view, from_of(j, i), to_of(j, i), CHANGE_SIDE_MIN, j->noise.phi);
		if (best.gain >= 0) {
			j->cuts[i] = best.at;
		}
	}
}

/* Two-sided, by Student's t. A step that a line explains nearly as well is as good as noise. */
static double chance_of_step(const struct judge *j, size_t i)
{
	const size_t from = from_of(j, i);
	const size_t to = to_of(j, i);
	const double phi = j->noise.phi;
	const double unit = j->noise.sd * j->noise.sd * (1 - phi * phi);
	const double gain = step_gain(j->view, from, j->cuts[i], to, phi);
	if (to - from >= LINE_POINTS_MIN) {
		const double line = step_line_gain(j->view, from, to, phi);
		if (gain - line < LINE_WEIGHT * log((double)(to - from)) * unit) {
			return 1;
		}
	}
	const double freedom = GSL_MAX(2, (double)(j->view->n - j->count) - 1);
	return unit > 0 ? 2 * gsl_cdf_tdist_Q(sqrt(gain / unit), freedom) : 0;
}

static double chance_of_sides(const struct judge *j, size_t i)
{
	const double *value = j->view->value;
	const size_t at = j->cuts[i];
	return rank_chance(value + from_of(j, i), at - from_of(j, i), value + at, to_of(j, i) - at);
}

static double mean_of(const struct judge *j, size_t from, size_t to)
{
	return (j->view->sum[to] - j->view->sum[from]) / (double)(to - from);
}

/* Cut i goes away from a level and the next one comes back to it. */
static bool is_excursion(const struct judge *j, size_t i)
{
	const double before = mean_of(j, from_of(j, i), j->cuts[i]);
	const double inside = mean_of(j, j->cuts[i], j->cuts[i + 1]);
	const double behind = mean_of(j, j->cuts[i + 1], to_of(j, i + 1));
	return fabs(behind - before) <= BACK_SHARE * fabs(inside - (before + behind) / 2);
}

/* Sum of the weights of all lengths from `least` on. */
static double weights_from(size_t least, size_t n)
{
	double sum = 0;
	for (size_t length = least; length + 2 * CHANGE_SIDE_MIN <= n; length++) {
		sum += 1 / (double)length;
	}
	return sum;
}

/* How many excursions of `length` points are looked for in all. */
static double excursions_tried(size_t length, size_t least, size_t n)
{
	const double places = (double)(n - length - 2 * CHANGE_SIDE_MIN + 1);
	return places * (double)length * weights_from(least, n);
}

/* Bonferroni over place and length of an excursion, those of one length sharing a weight of
 * 1/length, since about so many of them are nearly the same. Lengths that could prove nothing even
 * if all inside were above all outside cost nothing (Tarone, Biometrics 46, 1990). */
static double excursions_count(const struct judge *j, size_t length)
{
	const size_t n = j->view->n;
	const double enough = j->share / judge_share(1, n, j->noise.phi);
	size_t least = CHANGE_SIDE_MIN;
	while (least < length &&
		2 * excursions_tried(least, least, n) >
			enough * exp(gsl_sf_lnchoose((unsigned)n, (unsigned)least))) {
		least++;
	}
	return excursions_tried(length, least, n);
}

/* What is between cuts i and i + 1 against both sides of it, which are one sample when there is
 * nothing but noise. In the units of one place. */
static double chance_of_excursion(const struct judge *j, size_t i)
{
	const double *value = j->view->value;
	const size_t from = from_of(j, i);
	const size_t in = j->cuts[i + 1] - j->cuts[i];
	const size_t before = j->cuts[i] - from;
	const size_t behind = to_of(j, i + 1) - j->cuts[i + 1];
	_free_ double *outside = alloc_zero(before + behind, sizeof(*outside));
	memcpy(outside, value + from, before * sizeof(*outside));
	memcpy(outside + before, value + j->cuts[i + 1], behind * sizeof(*outside));
	const double chance = rank_chance(value + j->cuts[i], in, outside, before + behind);
	return chance * excursions_count(j, in) * judge_share(1, j->view->n, 0);
}

/* Three points among few prove nothing by themselves; as one end of an excursion they may. */
static double chance_of_ranks(const struct judge *j, size_t i)
{
	double chance = chance_of_sides(j, i);
	for (size_t k = i > 0 ? i - 1 : 0; k <= i && k + 1 < j->count && chance > j->share; k++) {
		if (is_excursion(j, k)) {
			chance = GSL_MIN(chance, chance_of_excursion(j, k));
		}
	}
	return chance;
}

static size_t weak_count(const struct judge *j)
{
	size_t weak = 0;
	for (size_t i = 0; i < j->count; i++) {
		weak += j->chances[i] > j->share;
	}
	return weak;
}

/* How many are too likely to be noise. Ranks cost most: they are asked when all steps pass. */
static size_t judge_all(struct judge *j)
{
	for (size_t i = 0; i < j->count; i++) {
		j->chances[i] = chance_of_step(j, i);
	}
	const size_t weak = weak_count(j);
	if (weak > 0) {
		return weak;
	}
	for (size_t i = 0; i < j->count; i++) {
		j->chances[i] = GSL_MAX(j->chances[i], chance_of_ranks(j, i));
	}
	return weak_count(j);
}

static void drop_weakest(struct judge *j)
{
	size_t worst = 0;
	for (size_t i = 1; i < j->count; i++) {
		worst = j->chances[i] > j->chances[worst] ? i : worst;
	}
	const size_t behind = j->count - worst - 1;
	memmove(j->cuts + worst, j->cuts + worst + 1, behind * sizeof(*j->cuts));
	memmove(j->chances + worst, j->chances + worst + 1, behind * sizeof(*j->chances));
	j->count--;
	/* What stands beside it is another stretch now: it stays for this pass. */
	for (size_t i = worst > 0 ? worst - 1 : 0; i <= worst && i < j->count; i++) {
		j->chances[i] = -1;
	}
}

static double chance_of_series(const struct judge *j, double chance)
{
	return GSL_MIN(1, chance / judge_share(1, j->view->n, j->noise.phi));
}

size_t change_judge(const struct change_view *view, double phi_least, double chance, size_t *cuts,
	size_t count, double *chances, struct change_noise *noise, double *drift)
{
	struct judge j = {
		.view = view,
		.phi_least = phi_least,
		.chance = chance,
		.cuts = cuts,
		.count = count,
		.chances = chances,
	};
	for (;;) {
		measure(&j);
		place(&j);
		measure(&j);
		const size_t weak = judge_all(&j);
		if (weak == 0) {
			break;
		}
		const size_t passes = GSL_MAX(1, weak / AT_ONCE);
		for (size_t i = 0; i < passes; i++) {
			drop_weakest(&j);
		}
	}
	for (size_t i = 0; i < j.count; i++) {
		chances[i] = chance_of_series(&j, chances[i]);
	}
	*noise = j.noise;
	*drift = noise_of_residuals(view, cuts, j.count).phi;
	return j.count;
}
