/* The compare page's judgements. Numbers are compared on the scale of change_scale(), logarithms as
 * a rule, so a shift is read as "so many times". */
#include "http/page_compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "http/page_bug.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/discovery.h"
#include "stats/means.h"
#include "stats/verdict.h"

/* Of the numbers that are called moved, at most so many are noise. */
#define MOVED_FALSE_SHARE 0.05

static void set_number(json_t *object, const char *key, double value)
{
	char text[32];
	snprintf(text, sizeof(text), fabs(value) < 1000 ? "%.3g" : "%.0f", value);
	json_object_set_new(object, key, isfinite(value) ? json_string(text) : json_null());
}

static struct rate_side side_of(const json_t *cell, const char *name)
{
	const json_t *side = json_object_get(cell, name);
	return (struct rate_side){json_number_value(json_object_get(side, "events")),
		json_number_value(json_object_get(side, "exposure")),
		json_number_value(json_object_get(side, "seconds"))};
}

/* The mark of what the answer means for who reads it. */
static json_t *verdict_status(enum verdict_answer answer)
{
	const bool is_good = answer == VERDICT_FIXED || answer == VERDICT_RARER;
	const bool is_bad = answer == VERDICT_STILL_THERE;
	return json_pack("{s:s, s:s, s:s}", "word", verdict_label(answer), "mark",
		is_good  ? "✓"
		: is_bad ? "✗"
			 : "?",
		"class",
		is_good  ? "good"
		: is_bad ? "bad"
			 : "warn");
}

static void bug_judge(json_t *bug)
{
	const json_t *list = json_object_get(bug, "cells");
	const size_t n = json_array_size(list);
	_free_ struct rate_cell *cells = alloc_zero(n + 1, sizeof(*cells));
	for (size_t i = 0; i < n; i++) {
		const json_t *cell = json_array_get(list, i);
		cells[i] = (struct rate_cell){side_of(cell, "before"), side_of(cell, "after")};
	}
	struct verdict v;
	verdict_of(cells, n, &v);
	const bool is_new = v.ratio.events_before <= 0 && v.ratio.events_after > 0;
	const bool is_quiet =
		json_integer_value(json_object_get(json_object_get(bug, "before"), "k")) == 0 &&
		json_integer_value(json_object_get(json_object_get(bug, "after"), "k")) == 0;
	json_object_set_new(bug, "verdict", json_string(verdict_word(v.answer)));
	json_object_set_new(bug, "status",
		is_new     ? json_pack("{s:s, s:s, s:s}", "word", "seen only after", "mark", "✗",
				     "class", "bad")
		: is_quiet ? json_pack("{s:s, s:s, s:s}", "word", "not seen", "mark", "✓", "class",
				     "idle")
			   : verdict_status(v.answer));
	if (v.answer == VERDICT_NOT_COMPARABLE) {
		return;
	}
	set_number(bug, "times", v.ratio.ratio);
	set_number(bug, "times_low", v.ratio.low);
	set_number(bug, "times_high", v.ratio.high);
	if (v.is_masked) {
		set_number(bug, "fell", v.fell);
	}
	if (v.more_cell < n) {
		set_number(bug, "more_millions", v.more_exposure / 1e6);
		set_number(bug, "more_hours", v.more_seconds / 3600);
		json_object_set(bug, "more_profile",
			json_object_get(json_array_get(list, v.more_cell), "profile"));
	}
}

/* The numbers of a list; owned by the caller. */
static double *values_of(const json_t *list, size_t *count)
{
	*count = json_array_size(list);
	double *values = alloc_zero(*count + 1, sizeof(*values));
	for (size_t i = 0; i < *count; i++) {
		values[i] = json_number_value(json_array_get(list, i));
	}
	return values;
}

/* Answers the chance; NaN: nothing can be said. */
static double number_judge(json_t *number)
{
	size_t before_count;
	size_t after_count;
	_free_ double *before = values_of(json_object_get(number, "before_values"), &before_count);
	_free_ double *after = values_of(json_object_get(number, "after_values"), &after_count);
	const double noise = json_number_value(json_object_get(number, "noise"));
	json_object_del(number, "before_values");
	json_object_del(number, "after_values");
	json_object_set_new(number, "before_attempts", json_integer((json_int_t)before_count));
	json_object_set_new(number, "after_attempts", json_integer((json_int_t)after_count));
	struct means m;
	if (means_compare(before, before_count, after, after_count, noise, &m) != 0) {
		return NAN;
	}
	set_number(number, "times", exp(m.shift));
	set_number(number, "times_low", exp(m.low));
	set_number(number, "times_high", exp(m.high));
	json_object_set_new(number, "is_up", json_boolean(m.shift > 0));
	return m.chance;
}

static void numbers_judge(json_t *numbers)
{
	size_t i;
	json_t *number;
	_free_ double *chances = alloc_zero(json_array_size(numbers) + 1, sizeof(*chances));
	json_array_foreach(numbers, i, number)
	{
		chances[i] = number_judge(number);
	}
	discovery_adjust(chances, json_array_size(numbers));
	json_array_foreach(numbers, i, number)
	{
		json_object_set_new(
			number, "is_moved", json_boolean(chances[i] <= MOVED_FALSE_SHARE));
		json_object_set_new(number, "is_unknown", json_boolean(isnan(chances[i])));
		set_number(number, "chance", chances[i]);
	}
}

int page_compare_add(struct request *req, struct db *db, json_t *page)
{
	size_t i;
	json_t *bug;
	json_array_foreach(json_object_get(page, "bugs"), i, bug)
	{
		bug_judge(bug);
	}
	numbers_judge(json_object_get(page, "numbers"));
	return page_bug_add(req, db, page);
}
