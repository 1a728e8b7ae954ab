/* Seeded intervals: lengths that shrink by sqrt(2), each laid so that neighbours overlap by half,
 * so n log n places are tried in all and every change lies well inside some interval that holds no
 * other. The narrowest such interval is taken first, since a wide one may mix two changes. */
#include "stats/change_seek.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/change.h"

#include <math.h>
#include <stdlib.h>

struct interval {
	size_t from, to;
	struct change_step best;
};

struct seek {
	const struct change_view *view;
	double gain;
	struct interval *intervals; /* the shortest first */
	size_t interval_count;
	size_t *cuts;
	size_t count;
};

static int interval_compare(const void *a, const void *b)
{
	const struct interval *x = a;
	const struct interval *y = b;
	const size_t x_length = x->to - x->from;
	const size_t y_length = y->to - y->from;
	if (x_length != y_length) {
		return x_length < y_length ? -1 : 1;
	}
	return x->from < y->from ? -1 : x->from > y->from;
}

static void layer_try(struct seek *seek, size_t length, size_t *room)
{
	const size_t n = seek->view->n;
	const size_t step = length / 2;
	const size_t last = (n - length + step - 1) / step;
	for (size_t i = 0; i <= last; i++) {
		const double shift = last > 0 ? (double)i * (double)(n - length) / (double)last : 0;
		const size_t from = (size_t)lround(shift);
		const struct change_step best =
			step_best(seek->view, from, from + length, CHANGE_SIDE_MIN, 0);
		if (best.gain <= seek->gain) {
			continue;
		}
		if (seek->interval_count == *room) {
			*room = *room * 2 + 64;
			seek->intervals =
				alloc_resize(seek->intervals, *room, sizeof(*seek->intervals));
		}
		seek->intervals[seek->interval_count++] =
			(struct interval){.from = from, .to = from + length, .best = best};
	}
}

static struct change_step narrowest(const struct seek *seek, size_t from, size_t to)
{
	struct change_step best = {.gain = -1};
	size_t length = 0;
	for (size_t i = 0; i < seek->interval_count; i++) {
		const struct interval *it = &seek->intervals[i];
		if (length > 0 && it->to - it->from > length) {
			break;
		}
		if (it->from >= from && it->to <= to && it->best.gain > best.gain) {
			best = it->best;
			length = it->to - it->from;
		}
	}
	return best;
}

static void divide(struct seek *seek, size_t from, size_t to)
{
	struct change_step best = narrowest(seek, from, to);
	if (best.gain < 0) {
		best = step_best(seek->view, from, to, CHANGE_SIDE_MIN, 0);
	}
	if (best.gain <= seek->gain) {
		return;
	}
	divide(seek, from, best.at);
	seek->cuts[seek->count++] = best.at;
	divide(seek, best.at, to);
}

size_t change_seek(const struct change_view *view, double gain, size_t *cuts)
{
	struct seek seek = {.view = view, .gain = gain, .cuts = cuts};
	size_t room = 0;
	for (double length = (double)view->n; length >= CHANGE_POINTS_MIN; length /= M_SQRT2) {
		layer_try(&seek, (size_t)lround(length), &room);
	}
	_free_ struct interval *intervals = seek.intervals;
	if (intervals != NULL) {
		qsort(intervals, seek.interval_count, sizeof(*intervals), interval_compare);
	}
	divide(&seek, 0, view->n);
	return seek.count;
}
