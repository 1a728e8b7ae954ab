/* How much a step or a line explains of a stretch of a series whose noise is of the first order.
 *
 * Least squares on what is left when each value's predecessor has told its part (Prais and Winsten,
 * 1954): the first value counts by sqrt(1 - phi^2), each other by x[t] - phi x[t-1]. Divided by
 * sd^2 (1 - phi^2) a gain is the square of a standard normal when there is nothing but noise. */
#pragma once

#include <stddef.h>

struct change_view {
	const double *value;
	const double *sum; /* n + 1 of them: sum[i] is that of the values before i */
	size_t n;
};

struct change_step {
	size_t at;
	double gain; /* below 0: there is no room for a step */
};

/* Of a step at `at` between `from` (inclusive) and `to`; from < at < to. */
double step_gain(const struct change_view *view, size_t from, size_t at, size_t to, double phi);

/* The best step that leaves `side` points on both sides, the first of equals. */
struct change_step step_best(
	const struct change_view *view, size_t from, size_t to, size_t side, double phi);

/* Of a straight line instead. */
double step_line_gain(const struct change_view *view, size_t from, size_t to, double phi);
