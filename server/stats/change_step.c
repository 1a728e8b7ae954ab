/* Gains of steps and lines under noise of the first order. Sums make a step's gain independent of
 * the stretch's length, so that trying all places is linear. */
#include "stats/change_step.h"

#include <math.h>

/* What does not depend on the step's place. The level's column is q but r for the first value. */
struct stretch {
	const struct change_view *view;
	size_t to;
	double phi, q;
	double level_level, level_y;
};

static double whitened_sum(const struct change_view *view, size_t from, size_t to, double phi)
{
	return view->sum[to] - view->sum[from] - phi * (view->sum[to - 1] - view->sum[from - 1]);
}

static struct stretch stretch_of(const struct change_view *view, size_t from, size_t to, double phi)
{
	const double q = 1 - phi;
	const double r2 = 1 - phi * phi;
	return (struct stretch){
		.view = view,
		.to = to,
		.phi = phi,
		.q = q,
		.level_level = r2 + q * q * (double)(to - from - 1),
		.level_y = r2 * view->value[from] + q * whitened_sum(view, from + 1, to, phi),
	};
}

static double explained(const struct stretch *s, double xx, double level_x, double xy)
{
	const double own = xx - level_x * level_x / s->level_level;
	const double part = xy - level_x * s->level_y / s->level_level;
	return own > 0 ? part * part / own : 0;
}

/* The step's column: 0 before it, 1 at it, q behind it. */
static double gain_at(const struct stretch *s, size_t at)
{
	const double *value = s->view->value;
	const double behind = s->q * s->q * (double)(s->to - at - 1);
	const double xy = value[at] - s->phi * value[at - 1] +
			  s->q * whitened_sum(s->view, at + 1, s->to, s->phi);
	return explained(s, 1 + behind, s->q + behind, xy);
}

double step_gain(const struct change_view *view, size_t from, size_t at, size_t to, double phi)
{
	const struct stretch s = stretch_of(view, from, to, phi);
	return gain_at(&s, at);
}

struct change_step step_best(
	const struct change_view *view, size_t from, size_t to, size_t side, double phi)
{
	struct change_step best = {.at = from, .gain = -1};
	if (to - from < 2 * side) {
		return best;
	}
	const struct stretch s = stretch_of(view, from, to, phi);
	for (size_t at = from + side; at + side <= to; at++) {
		const double gain = gain_at(&s, at);
		if (gain > best.gain) {
			best = (struct change_step){.at = at, .gain = gain};
		}
	}
	return best;
}

double step_line_gain(const struct change_view *view, size_t from, size_t to, double phi)
{
	const struct stretch s = stretch_of(view, from, to, phi);
	const double middle = (double)(to - from - 1) / 2;
	const double r2 = 1 - phi * phi;
	double xx = r2 * middle * middle;
	double level_x = -r2 * middle;
	double xy = -r2 * middle * view->value[from];
	for (size_t i = from + 1; i < to; i++) {
		const double t = (double)(i - from) - middle;
		const double x = t - phi * (t - 1);
		xx += x * x;
		level_x += s.q * x;
		xy += x * (view->value[i] - phi * view->value[i - 1]);
	}
	return explained(&s, xx, level_x, xy);
}
