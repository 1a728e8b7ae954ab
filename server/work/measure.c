/* Stage measure: an ended attempt's samples and reports become its exposure and its points. What
 * counts is settled here: exposure for whatever ran, points only where the number means the kernel.
 */
#include "work/stage.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "stats/exposure.h"
#include "stats/rate.h"
#include "store/bug.h"
#include "store/db.h"
#include "store/sample.h"
#include "store/series.h"
#include "store/work_item.h"

/* A counter says nothing about a workload that ran for less, unless it ran as long as it was asked
 * to (statistics.md 4). */
#define WORKLOAD_LEAST_S 10.0

/* An attempt while it is measured. */
struct measured {
	struct work_item item;
	struct series_attempt attempt;
	struct sample_span span;
	struct occurrence_kept *reports;
	size_t n_reports;
	struct sample_counts *counts; /* near the instants that matter, by time */
	size_t n_counts;
	int64_t end_ns;   /* of the work */
	bool is_finished; /* the workload came to its own end */
	double seconds;
	double success; /* NAN: unknown */
	double fail;
};

static void measured_fini(struct measured *m)
{
	occurrences_free(m->reports, m->n_reports);
	free(m->counts);
}

static bool result_is(const struct measured *m, const char *result)
{
	return strcmp(m->attempt.result, result) == 0;
}

static int64_t report_ns(const struct occurrence_kept *report)
{
	const bool is_sane = report->uptime_s >= 0 && report->uptime_s < 1e9;
	return is_sane ? (int64_t)(report->uptime_s * 1e9) : -1;
}

/* When the work ended. A crash ends it at the last report of the console, which comes after the
 * last sample; a guest that hangs or is lost worked up to its last sample, as far as anybody knows.
 */
static int64_t end_find(const struct measured *m)
{
	int64_t end_ns = m->span.last_ns;
	for (size_t i = 0; i < m->n_reports && !m->is_finished && result_is(m, "crash"); i++) {
		const int64_t at_ns = report_ns(&m->reports[i]);
		end_ns = at_ns > end_ns ? at_ns : end_ns;
	}
	return end_ns;
}

static int counts_read(struct db *tx, struct measured *m)
{
	_free_ int64_t *instants = alloc_zero(m->n_reports + 2, sizeof(*instants));
	size_t n = 0;
	instants[n++] = m->span.last_ns;
	instants[n++] = m->end_ns;
	for (size_t i = 0; i < m->n_reports; i++) {
		instants[n++] = report_ns(&m->reports[i]);
	}
	const struct sample_place place = {m->item.attempt_id, m->item.claimed_at, m->span.boot_id};
	return sample_near(tx, &place, m->span.start_ns, m->span.last_ns, instants, n, &m->counts,
		&m->n_counts);
}

static int facts_read(struct db *tx, struct measured *m)
{
	const struct work_item *item = &m->item;
	int outcome = series_attempt(tx, item->attempt_id, &m->attempt);
	if (outcome == 0) {
		outcome = sample_span(tx, item->attempt_id, item->claimed_at, &m->span);
	}
	if (outcome == 0) {
		outcome = occurrence_list(
			tx, item->attempt_id, item->claimed_at, &m->reports, &m->n_reports);
	}
	if (outcome != 0) {
		return outcome;
	}
	m->is_finished = m->span.finish_ns >= 0 && m->span.start_ns >= 0;
	m->end_ns = end_find(m);
	/* Counters restart at a boot, and reports do not say which boot they are of.
	 * LATER: attempts of several boots, when a boot backend can make them. */
	const bool is_counted = m->span.boots == 1 && m->span.start_ns >= 0 && m->span.last_ns >= 0;
	return is_counted ? counts_read(tx, m) : 0;
}

/* Samples of migrations tried; an instant at which either counter is unknown has none. */
static struct exposure_sample *tried_list(const struct measured *m, size_t *n)
{
	struct exposure_sample *list = alloc_zero(m->n_counts + 1, sizeof(*list));
	*n = 0;
	for (size_t i = 0; i < m->n_counts; i++) {
		const struct sample_counts *c = &m->counts[i];
		int64_t tried = 0;
		if (c->success >= 0 && c->fail >= 0 &&
			!__builtin_add_overflow(c->success, c->fail, &tried)) {
			list[(*n)++] = (struct exposure_sample){c->t_ns, tried};
		}
	}
	return list;
}

/* From the first known value to the last; NAN when there are not two, or it fell. */
static double counter_delta(const struct measured *m, bool is_fail)
{
	int64_t first = SAMPLE_NULL, last = SAMPLE_NULL;
	for (size_t i = 0; i < m->n_counts; i++) {
		const int64_t v = is_fail ? m->counts[i].fail : m->counts[i].success;
		first = first == SAMPLE_NULL ? v : first;
		last = v == SAMPLE_NULL ? last : v;
	}
	if (m->n_counts < 2 || first < 0 || last < first) {
		return NAN;
	}
	return (double)last - (double)first;
}

/* Exposure of the attempt and at each of its reports. The workload never began: nothing was tried.
 */
static int exposure_keep(struct db *tx, const struct measured *m)
{
	struct series_exposure kept = {
		.workload_seconds = m->seconds, .exposure = -1, .low = -1, .high = -1};
	_free_ int64_t *starts = alloc_zero(m->n_reports + 1, sizeof(*starts));
	_free_ int64_t *tried = alloc_zero(m->n_reports + 1, sizeof(*tried));
	size_t n = 0;
	_free_ struct exposure_sample *samples = tried_list(m, &n);
	const bool is_begun = m->span.start_ns >= 0;
	struct exposure e = {0};
	if (m->span.boots == 1 && (!is_begun || exposure_at(samples, n, m->end_ns, &e) == 0)) {
		kept.exposure = e.estimate;
		kept.low = e.low;
		kept.high = e.high;
		kept.is_estimated = e.is_estimated;
	}
	for (size_t i = 0; i < m->n_reports; i++) {
		const int64_t at_ns = report_ns(&m->reports[i]);
		const bool is_known = kept.exposure >= 0 && at_ns >= 0 &&
				      (!is_begun || exposure_at(samples, n, at_ns, &e) == 0);
		starts[i] = m->reports[i].start_byte;
		tried[i] = is_known ? (is_begun ? e.estimate : 0) : -1;
	}
	const int outcome = series_exposure_put(tx, m->item.attempt_id, &kept);
	return outcome != 0 ? outcome
			    : occurrence_exposure_put(tx, m->item.attempt_id, m->item.claimed_at,
				      starts, tried, m->n_reports);
}

/* Sums are compared only between workloads that ran as long as they were asked to. */
static double success_sum(const struct measured *m)
{
	return m->is_finished && result_is(m, "clean") ? m->success : NAN;
}

static double fail_sum(const struct measured *m)
{
	return m->is_finished && result_is(m, "clean") ? m->fail : NAN;
}

static double fail_share(const struct measured *m)
{
	return rate_fail_share(m->success, m->fail);
}

static double success_pace(const struct measured *m)
{
	return m->seconds > 0 ? m->success / m->seconds : NAN;
}

static double fail_pace(const struct measured *m)
{
	return m->seconds > 0 ? m->fail / m->seconds : NAN;
}

/* The metrics of the table metric. */
static const struct {
	const char *metric;
	double (*value)(const struct measured *m);
} metrics[] = {
	{"fail_per_s", fail_pace},
	{"fail_ratio", fail_share},
	{"pgmigrate_fail", fail_sum},
	{"pgmigrate_success", success_sum},
	{"success_per_s", success_pace},
};
enum { METRICS = sizeof(metrics) / sizeof(metrics[0]) };

/* Whether the numbers are the kernel's, and enough of them. */
static bool has_points(const struct measured *m)
{
	const bool is_result =
		result_is(m, "clean") || result_is(m, "crash") || result_is(m, "hang");
	const bool is_whole = m->is_finished && result_is(m, "clean");
	return m->attempt.is_plain && is_result && m->n_counts > 0 &&
	       (is_whole || m->seconds >= WORKLOAD_LEAST_S);
}

static int points_keep(struct db *tx, const struct measured *m)
{
	struct series_point points[METRICS];
	size_t n = 0;
	for (size_t i = 0; i < METRICS && has_points(m); i++) {
		const double value = metrics[i].value(m);
		if (isfinite(value)) {
			points[n++] = (struct series_point){metrics[i].metric, value};
		}
	}
	return series_points_put(tx, m->item.attempt_id, m->item.claimed_at, points, n);
}

static int measure(struct db *tx, struct measured *m)
{
	int outcome = facts_read(tx, m);
	if (outcome != 0) {
		return outcome;
	}
	m->success = counter_delta(m, false);
	m->fail = counter_delta(m, true);
	m->seconds = m->n_counts > 0 ? (double)(m->span.last_ns - m->counts[0].t_ns) / 1e9 : NAN;
	outcome = exposure_keep(tx, m);
	if (outcome == 0) {
		outcome = points_keep(tx, m);
	}
	return outcome != 0 ? outcome : work_item_done(tx, m->item.id);
}

/* One item in one transaction. 0, WORK_ITEM_NONE, DB_REFUSED or a fault; *why is owned. */
static int turn(struct stage_place *place, struct work_item *item, char **why)
{
	_tx_ struct db *tx = NULL;
	__attribute__((cleanup(measured_fini))) struct measured m = {0};
	int outcome = db_begin(place->db, &tx);
	if (outcome == 0) {
		outcome = work_item_next(tx, &m.item);
	}
	*item = m.item;
	if (outcome == 0) {
		outcome = measure(tx, &m);
	}
	if (outcome == 0) {
		return db_commit(&tx);
	}
	*why = alloc_copy(stage_why(place->db, outcome));
	return outcome;
}

int stage_measure(struct stage_place *place)
{
	struct work_item item = {0};
	_free_ char *why = NULL;
	const int outcome = turn(place, &item, &why);
	if (outcome == 0) {
		return STAGE_DID;
	}
	if (outcome == WORK_ITEM_NONE) {
		return STAGE_IDLE;
	}
	if (outcome == DB_FAULT_RETRY || item.id == 0) {
		return outcome < 0 ? outcome : log_fault("cannot look for work: %s", why);
	}
	log_warning("attempt %" PRId64 ": cannot be measured: %s", item.attempt_id, why);
	return work_item_fail(place->db, item.id, why);
}
