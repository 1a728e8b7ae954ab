/* What an attempt's counters say. */
#include "work/measurement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/exposure.h"
#include "stats/rate.h"

/* A counter says nothing about a workload that ran for less, unless it ran as long as it was asked
 * to. */
#define WORKLOAD_LEAST_S 10.0

/* Half of the 50 ms within which the guest gives its next sample. */
#define SAMPLE_HALF_NS INT64_C(25000000)

/* No guest runs for thirty years; a stamp beyond is none. */
#define UPTIME_MOST_S 1e9

/* No machine tries more in a day, the longest that a workload runs: 100 million a second. What a
 * guest says beyond that is made up, and would not fit into the sums over all attempts. */
#define TRIED_MOST INT64_C(10000000000000)

static bool result_is(const struct measurement_facts *facts, const char *result)
{
	return strcmp(facts->result, result) == 0;
}

static bool is_begun(const struct sample_span *span)
{
	return span->start_ns >= 0;
}

static bool is_finished(const struct sample_span *span)
{
	return is_begun(span) && span->finish_ns >= 0;
}

/* Counters restart at a boot, and reports do not say which boot they are of.
 * LATER: attempts of several boots, when a boot backend can make them. */
bool measurement_is_counted(const struct sample_span *span)
{
	return span->boots == 1 && is_begun(span) && span->last_ns >= 0;
}

static int64_t report_ns(const struct measurement_facts *facts, size_t n)
{
	const double s = facts->reports_s[n];
	return s >= 0 && s < UPTIME_MOST_S ? (int64_t)(s * 1e9) : -1;
}

/* A crash ends the work at the last report of the console, which comes after the last sample, or
 * half a sample's time after that if no report has a time; a guest that hangs or is lost worked up
 * to its last sample, as far as anybody knows. */
int64_t measurement_end_ns(const struct measurement_facts *facts)
{
	const int64_t last_ns = facts->span.last_ns;
	if (is_finished(&facts->span) || !result_is(facts, "crash")) {
		return last_ns;
	}
	int64_t report_last_ns = -1;
	for (size_t i = 0; i < facts->n_reports; i++) {
		const int64_t at_ns = report_ns(facts, i);
		report_last_ns = at_ns > report_last_ns ? at_ns : report_last_ns;
	}
	if (report_last_ns < 0) {
		return last_ns + SAMPLE_HALF_NS;
	}
	return report_last_ns > last_ns ? report_last_ns : last_ns;
}

double measurement_seconds(const struct measurement_facts *facts)
{
	return facts->n_counts > 0 ? (double)(facts->span.last_ns - facts->counts[0].t_ns) / 1e9
				   : NAN;
}

/* Samples of migrations tried; an instant at which either counter is unknown has none. */
static struct exposure_sample *tried_list(const struct measurement_facts *facts, size_t *n)
{
	struct exposure_sample *list = alloc_zero(facts->n_counts + 1, sizeof(*list));
	*n = 0;
	for (size_t i = 0; i < facts->n_counts; i++) {
		const struct sample_counts *c = &facts->counts[i];
		int64_t tried = 0;
		if (c->success >= 0 && c->fail >= 0 &&
			!__builtin_add_overflow(c->success, c->fail, &tried)) {
			list[(*n)++] = (struct exposure_sample){c->t_ns, tried};
		}
	}
	return list;
}

/* A guest that spoke but never began its workload has tried nothing, and that is known. */
static struct measurement_exposure until(const struct measurement_facts *facts, int64_t at_ns)
{
	const struct measurement_exposure unknown = {-1, -1, -1, false};
	if (facts->span.boots != 1 || at_ns < 0) {
		return unknown;
	}
	if (!is_begun(&facts->span)) {
		return (struct measurement_exposure){0};
	}
	size_t n = 0;
	_free_ struct exposure_sample *samples = tried_list(facts, &n);
	struct exposure e;
	if (exposure_at(samples, n, at_ns, &e) != 0 || e.estimate > TRIED_MOST) {
		return unknown;
	}
	return (struct measurement_exposure){e.estimate, e.low, e.high, e.is_estimated};
}

struct measurement_exposure measurement_exposure(const struct measurement_facts *facts)
{
	return until(facts, is_begun(&facts->span) ? measurement_end_ns(facts) : 0);
}

/* A report without a time is taken for the one that ended a crashed attempt. */
int64_t measurement_exposure_at(const struct measurement_facts *facts, size_t n)
{
	const int64_t at_ns = report_ns(facts, n);
	if (at_ns < 0 && result_is(facts, "crash")) {
		return measurement_exposure(facts).estimate;
	}
	return until(facts, at_ns).estimate;
}

/* From the first known value to the last; NAN when there are not two, or it fell. */
static double delta(const struct measurement_facts *facts, bool is_fail)
{
	int64_t first = SAMPLE_NULL, last = SAMPLE_NULL;
	for (size_t i = 0; i < facts->n_counts; i++) {
		const int64_t v = is_fail ? facts->counts[i].fail : facts->counts[i].success;
		first = first == SAMPLE_NULL ? v : first;
		last = v == SAMPLE_NULL ? last : v;
	}
	if (facts->n_counts < 2 || first < 0 || last < first) {
		return NAN;
	}
	return (double)last - (double)first;
}

static double pace(const struct measurement_facts *facts, bool is_fail)
{
	const double seconds = measurement_seconds(facts);
	return seconds > 0 ? delta(facts, is_fail) / seconds : NAN;
}

/* It ran as long as it was asked to. */
static bool is_whole(const struct measurement_facts *facts)
{
	return is_finished(&facts->span) && result_is(facts, "clean");
}

/* Only sums over the same time can be compared. */
static bool is_summed(const struct measurement_facts *facts)
{
	return is_whole(facts) && !facts->is_until;
}

static double fail_per_s(const struct measurement_facts *facts)
{
	return pace(facts, true);
}

static double fail_ratio(const struct measurement_facts *facts)
{
	return rate_fail_share(delta(facts, false), delta(facts, true));
}

static double fail_sum(const struct measurement_facts *facts)
{
	return is_summed(facts) ? delta(facts, true) : NAN;
}

static double success_sum(const struct measurement_facts *facts)
{
	return is_summed(facts) ? delta(facts, false) : NAN;
}

static double success_per_s(const struct measurement_facts *facts)
{
	return pace(facts, false);
}

/* What counts in time has another name where the kernel was not emulated, so that the two never
 * share a series. */
static const struct {
	const char *emulated, *native;
	double (*value)(const struct measurement_facts *facts);
} metrics[MEASUREMENT_METRICS] = {
	{"fail_per_s", "fail_per_s_native", fail_per_s},
	{"fail_ratio", "fail_ratio", fail_ratio},
	{"pgmigrate_fail", "pgmigrate_fail_native", fail_sum},
	{"pgmigrate_success", "pgmigrate_success_native", success_sum},
	{"success_per_s", "success_per_s_native", success_per_s},
};

const char *measurement_metric(const struct measurement_facts *facts, size_t metric)
{
	return facts->is_emulated ? metrics[metric].emulated : metrics[metric].native;
}

double measurement_value(const struct measurement_facts *facts, size_t metric)
{
	const bool is_result =
		result_is(facts, "clean") || result_is(facts, "crash") || result_is(facts, "hang");
	const bool is_long = measurement_seconds(facts) >= WORKLOAD_LEAST_S;
	if (facts->is_golden || !is_result || !(is_long || is_whole(facts))) {
		return NAN;
	}
	return metrics[metric].value(facts);
}
