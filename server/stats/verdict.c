/* Fixed or masked: the six answers. */
#include "stats/verdict.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"

#include <math.h>
#include <string.h>

enum { DOUBLINGS_MAX = 200, HALVINGS = 60 };

const double verdict_truths[VERDICT_TRUTHS] = {0.1, 1.0 / 3, 1};

const char *verdict_word(enum verdict_answer answer)
{
	switch (answer) {
	case VERDICT_NOT_COMPARABLE:
		return "not_comparable";
	case VERDICT_STILL_THERE:
		return "still_there";
	case VERDICT_RARER:
		return "rarer";
	case VERDICT_FIXED:
		return "fixed";
	case VERDICT_MASKED:
		return "masked";
	case VERDICT_CANNOT_TELL:
		return "cannot_tell";
	}
	return "";
}

const char *verdict_label(enum verdict_answer answer)
{
	static const char *const labels[] = {
		[VERDICT_NOT_COMPARABLE] = "not comparable",
		[VERDICT_STILL_THERE] = "still there",
		[VERDICT_RARER] = "rarer",
		[VERDICT_FIXED] = "fixed",
		[VERDICT_MASKED] = "masked so far",
		[VERDICT_CANNOT_TELL] = "cannot tell yet",
	};
	return labels[answer];
}

/* Events due after at each cell's old rate per second, over the same cells as due_by_work. */
static double due_by_time(const struct rate_cell *cells, size_t n)
{
	double due = 0;
	for (size_t i = 0; i < n; i++) {
		if (rate_cell_is_common(&cells[i]) && cells[i].before.events > 0) {
			due += cells[i].before.events * cells[i].after.seconds /
			       cells[i].before.seconds;
		}
	}
	return isfinite(due) && due > 0 ? due : NAN;
}

/* Work per second where it would be run: after, or before while there is no time after. */
static double pace_of(const struct rate_cell *cell)
{
	const struct rate_side *side = cell->after.seconds > 0 ? &cell->after : &cell->before;
	return side->seconds > 0 ? side->exposure / side->seconds : NAN;
}

/* The cell where most events a second were due; per unit of work while paces are unknown. */
static size_t best_cell(const struct rate_cell *cells, size_t n)
{
	size_t best = n;
	double most = 0;
	for (size_t i = 0; i < n; i++) {
		if (!(cells[i].before.exposure > 0) || !(cells[i].before.events > 0)) {
			continue;
		}
		const double pace = pace_of(&cells[i]);
		const double rate = cells[i].before.events / cells[i].before.exposure *
				    (isnan(pace) ? 1 : pace);
		if (best == n || rate > most) {
			best = i;
			most = rate;
		}
	}
	return best;
}

static double chance_with(struct rate_cell *cells, size_t n, size_t cell, double more)
{
	const double exposure = cells[cell].after.exposure;
	cells[cell].after.exposure = exposure + more;
	const double chance = ratio_below(cells, n, VERDICT_FIXED_RATIO);
	cells[cell].after.exposure = exposure;
	return chance;
}

/* The smallest further exposure without an event that gives "fixed". */
static double more_needed(const struct rate_cell *cells, size_t n, size_t cell)
{
	_free_ struct rate_cell *copy = alloc_zero(n, sizeof(*copy));
	memcpy(copy, cells, n * sizeof(*copy));
	double low = 0;
	double high = cells[cell].before.exposure;
	for (size_t i = 0; i < DOUBLINGS_MAX && chance_with(copy, n, cell, high) < VERDICT_SURE;
		i++) {
		low = high;
		high *= 2;
	}
	for (size_t i = 0; i < HALVINGS; i++) {
		const double middle = (low + high) / 2;
		if (chance_with(copy, n, cell, middle) < VERDICT_SURE) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return high;
}

/* No event in that work, with the old rate known as well as its Gamma(k + 1/2, E) says. */
static double silence_chance(const struct rate_side *before, double ratio, double more)
{
	return pow(1 + ratio * more / before->exposure, -(before->events + 0.5));
}

static void plan(const struct rate_cell *cells, size_t n, struct verdict *out)
{
	out->more_cell = best_cell(cells, n);
	if (out->more_cell == n) {
		return;
	}
	const struct rate_cell *cell = &cells[out->more_cell];
	out->more_exposure = more_needed(cells, n, out->more_cell);
	out->more_seconds = out->more_exposure / pace_of(cell);
	for (size_t i = 0; i < VERDICT_TRUTHS; i++) {
		out->more_fixed[i] =
			silence_chance(&cell->before, verdict_truths[i], out->more_exposure);
	}
}

static enum verdict_answer answer_of(const struct verdict *v)
{
	if (v->ratio.events_after > 0) {
		return v->ratio.high >= 1 ? VERDICT_STILL_THERE : VERDICT_RARER;
	}
	if (v->fixed_chance >= VERDICT_SURE) {
		return VERDICT_FIXED;
	}
	return v->due_by_time >= VERDICT_EVENTS_DUE && v->due_by_work < VERDICT_EVENTS_DUE
		       ? VERDICT_MASKED
		       : VERDICT_CANNOT_TELL;
}

void verdict_of(const struct rate_cell *cells, size_t n, struct verdict *out)
{
	*out = (struct verdict){.answer = VERDICT_NOT_COMPARABLE,
		.fell = NAN,
		.fixed_chance = NAN,
		.due_by_time = NAN,
		.more_cell = n};
	if (ratio_interval(cells, n, VERDICT_CONFIDENCE, &out->ratio) != 0) {
		plan(cells, n, out);
		return;
	}
	out->fixed_chance = ratio_below(cells, n, VERDICT_FIXED_RATIO);
	out->due_by_work = out->ratio.expected;
	out->due_by_time = due_by_time(cells, n);
	out->fell = out->due_by_time / out->due_by_work;
	out->is_masked = out->fell >= VERDICT_FELL;
	out->answer = answer_of(out);
	if (out->answer == VERDICT_MASKED || out->answer == VERDICT_CANNOT_TELL) {
		plan(cells, n, out);
	}
}

bool verdict_is_told(const struct rate_cell *cells, size_t n, const struct verdict *verdict)
{
	if (verdict->answer != VERDICT_FIXED || verdict->ratio.events_before < 2) {
		return false;
	}
	_free_ struct rate_cell *copy = alloc_zero(n, sizeof(*copy));
	memcpy(copy, cells, n * sizeof(*copy));
	/* Which one it was nobody knows: it must hold without any. */
	bool is_told = true;
	for (size_t i = 0; i < n && is_told; i++) {
		if (rate_cell_is_common(&cells[i]) && cells[i].before.events >= 1) {
			copy[i].before.events -= 1;
			is_told = ratio_below(copy, n, VERDICT_FIXED_RATIO) >= VERDICT_SURE;
			copy[i].before.events += 1;
		}
	}
	return is_told;
}
