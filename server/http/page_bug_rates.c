/* Rates of a bug by commit, and their picture: a stroke for each interval, a dot for each rate; and
 * whether it comes at a constant rate over an attempt, as they all presume. */
#include "http/page_bug_rates.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "http/page_bug.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/hazard.h"
#include "stats/rate.h"

enum { SHOWN_MAX = 50 };

/* What a picture spans: powers of ten, so that a bug which became a thousand times rarer still
 * shows; never less than one. */
struct scale {
	double low;
	double high;
};

static bool rate_read(const json_t *commit, struct rate *out)
{
	const json_t *exposure = json_object_get(commit, "exposure");
	return rate_interval(json_integer_value(json_object_get(commit, "k")),
		       json_number_value(exposure), RATE_CONFIDENCE, out) == 0;
}

/* From the lowest end of an interval that is not 0, or the lowest bound, to the highest end. */
static struct scale scale_of(const json_t *commits)
{
	struct scale scale = {.low = INFINITY, .high = 0};
	size_t i;
	const json_t *commit;
	json_array_foreach((json_t *)commits, i, commit)
	{
		struct rate rate;
		if (rate_read(commit, &rate)) {
			scale.low = fmin(scale.low, rate.is_bound ? rate.high : rate.low);
			scale.high = fmax(scale.high, rate.high);
		}
	}
	scale.low = pow(10, floor(log10(scale.low)));
	scale.high = fmax(pow(10, ceil(log10(scale.high))), 10 * scale.low);
	return scale;
}

static double height(const struct scale *scale, double rate)
{
	const double share =
		log(fmax(rate, scale->low) / scale->low) / log(scale->high / scale->low);
	return 98 - 96 * share;
}

/* Paths of an SVG 100 high: "M3 98V40", and dots "M3 60h0". */
static json_t *picture(const json_t *commits)
{
	_free_ char *strokes = NULL;
	_free_ char *dots = NULL;
	size_t size = 0;
	size_t i;
	const json_t *commit;
	const struct scale scale = scale_of(commits);
	if (!isfinite(scale.low) || !isfinite(scale.high)) {
		return json_null();
	}
	FILE *line = open_memstream(&strokes, &size);
	FILE *dot = open_memstream(&dots, &size);
	json_array_foreach((json_t *)commits, i, commit)
	{
		struct rate rate;
		if (!rate_read(commit, &rate)) {
			/* It came before any work was counted: no rate is high enough. */
			if (json_integer_value(json_object_get(commit, "hits")) > 0) {
				fprintf(dot, "M%zu 2h0", i);
			}
			continue;
		}
		fprintf(line, "M%zu %.1fV%.1f", i, height(&scale, rate.low),
			height(&scale, rate.high));
		if (!rate.is_bound) {
			fprintf(dot, "M%zu %.1fh0", i, height(&scale, rate.per_unit));
		}
	}
	fclose(line);
	fclose(dot);
	const size_t n = json_array_size(commits);
	return json_pack("{s:I, s:s, s:s, s:o, s:o}", "width", (json_int_t)(n > 1 ? n - 1 : 1),
		"line", strokes, "dots", dots, "low", page_bug_rate(scale.low), "high",
		page_bug_rate(scale.high));
}

/* The newest first, as tables have it. */
static json_t *newest(const json_t *commits)
{
	json_t *rows = json_array();
	for (size_t i = json_array_size(commits); i > 0 && json_array_size(rows) < SHOWN_MAX; i--) {
		json_array_append(rows, json_array_get(commits, i - 1));
	}
	return rows;
}

/* What the picture reaches from and to. */
static void ends_add(const json_t *commits, json_t *page)
{
	const size_t n = json_array_size(commits);
	if (n > 0) {
		const json_t *first = json_array_get(commits, 0);
		const json_t *last = json_array_get(commits, n - 1);
		json_object_set(page, "from", json_object_get(first, "short"));
		json_object_set(page, "to", json_object_get(last, "short"));
	}
}

static const char *const answers[] = {
	[HAZARD_CONSTANT] = "constant", [HAZARD_EARLY] = "early", [HAZARD_LATE] = "late"};

static json_t *number_text(double value)
{
	char text[32];
	snprintf(text, sizeof(text), value < 0.0001 ? "%.0e" : "%.2g", value);
	return json_string(text);
}

/* Of rows [machine, exposure, whether it came]; null without any. */
static json_t *hazard_judge(const json_t *ages)
{
	const size_t n = json_array_size(ages);
	_free_ struct hazard_attempt *attempts = alloc_zero(n + 1, sizeof(*attempts));
	for (size_t i = 0; i < n; i++) {
		const json_t *row = json_array_get(ages, i);
		attempts[i] = (struct hazard_attempt){
			.stratum = json_integer_value(json_array_get(row, 0)),
			.exposure = json_number_value(json_array_get(row, 1)),
			.has_event = json_is_true(json_array_get(row, 2))};
	}
	struct hazard hazard;
	if (n == 0) {
		return json_null();
	}
	if (hazard_of(attempts, n, &hazard) != 0) {
		return json_pack("{s:s, s:b, s:I, s:i}", "answer", "too_few", "is_too_few", 1,
			"events", (json_int_t)hazard.events, "least", HAZARD_EVENTS_MIN);
	}
	return json_pack("{s:s, s:b, s:b, s:b, s:I, s:o, s:o}", "answer", answers[hazard.answer],
		"is_constant", hazard.answer == HAZARD_CONSTANT, "is_early",
		hazard.answer == HAZARD_EARLY, "is_late", hazard.answer == HAZARD_LATE, "events",
		(json_int_t)hazard.events, "chance", number_text(hazard.chance), "shape",
		number_text(hazard.shape));
}

int page_bug_rates_add(struct request *req, struct db *db, json_t *page)
{
	const json_t *commits = json_object_get(page, "commits");
	json_object_set_new(page, "svg", picture(commits));
	json_object_set_new(page, "rows", newest(commits));
	ends_add(commits, page);
	json_object_set_new(page, "hazard", hazard_judge(json_object_get(page, "ages")));
	json_object_del(page, "ages");
	return page_bug_add(req, db, page);
}
