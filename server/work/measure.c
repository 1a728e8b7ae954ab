/* Stage measure: an ended attempt's samples and reports become its exposure and its points, and
 * the counts of its cell, and what its frames are in the source is ordered. What counts is settled
 * in measurement.c; here it is read and kept, in one transaction. */
#include "work/stage.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "store/bug.h"
#include "store/bug_life.h"
#include "store/db.h"
#include "store/sample.h"
#include "store/series.h"
#include "store/symbol.h"
#include "store/tally.h"
#include "store/work_item.h"
#include "work/boots.h"
#include "work/measurement.h"

/* An attempt while it is measured: what `facts` borrows. */
struct measured {
	struct work_item item;
	struct series_attempt attempt;
	struct occurrence_kept *reports;
	double *reports_s;
	struct sample_counts *counts;
	struct measurement_facts facts;
};

static void measured_fini(struct measured *m)
{
	occurrences_free(m->reports, m->facts.n_reports);
	free(m->reports_s);
	free(m->counts);
}

/* The instants near which counters matter: the end of the samples, of the work, each report. */
static int counts_read(struct db *tx, struct measured *m)
{
	struct measurement_facts *facts = &m->facts;
	_free_ int64_t *instants = alloc_zero(facts->n_reports + 2, sizeof(*instants));
	size_t n = 0;
	instants[n++] = facts->span.last_ns;
	instants[n++] = measurement_end_ns(facts);
	for (size_t i = 0; i < facts->n_reports; i++) {
		const double s = facts->reports_s[i];
		instants[n++] = s >= 0 && s < 1e9 ? (int64_t)(s * 1e9) : 0;
	}
	const struct sample_place place = {
		m->item.attempt_id, m->item.claimed_at, facts->span.boot_id};
	const int outcome = sample_near(tx, &place, facts->span.start_ns, facts->span.last_ns,
		instants, n, &m->counts, &facts->n_counts);
	facts->counts = m->counts;
	return outcome;
}

static int facts_read(struct db *tx, struct measured *m)
{
	const struct work_item *item = &m->item;
	struct measurement_facts *facts = &m->facts;
	int outcome = series_attempt(tx, item->attempt_id, &m->attempt);
	if (outcome == 0) {
		outcome = sample_span(tx, item->attempt_id, item->claimed_at, &facts->span);
	}
	if (outcome == 0) {
		outcome = occurrence_list(tx, item->attempt_id, item->claimed_at, "console",
			&m->reports, &facts->n_reports);
	}
	if (outcome != 0) {
		return outcome;
	}
	m->reports_s = alloc_zero(facts->n_reports + 1, sizeof(*m->reports_s));
	for (size_t i = 0; i < facts->n_reports; i++) {
		m->reports_s[i] = m->reports[i].uptime_s;
	}
	facts->reports_s = m->reports_s;
	facts->result = m->attempt.result;
	facts->is_golden = m->attempt.is_golden;
	facts->is_emulated = m->attempt.is_emulated;
	facts->is_until = m->attempt.is_until;
	return measurement_is_counted(&facts->span) ? counts_read(tx, m) : 0;
}

static int exposure_keep(struct db *tx, const struct measured *m)
{
	const struct measurement_facts *facts = &m->facts;
	const struct measurement_exposure e = measurement_exposure(facts);
	const struct series_exposure kept = {.workload_seconds = measurement_seconds(facts),
		.exposure = e.estimate,
		.low = e.low,
		.high = e.high,
		.is_estimated = e.is_estimated};
	_free_ int64_t *starts = alloc_zero(facts->n_reports + 1, sizeof(*starts));
	_free_ int64_t *tried = alloc_zero(facts->n_reports + 1, sizeof(*tried));
	for (size_t i = 0; i < facts->n_reports; i++) {
		starts[i] = m->reports[i].start_byte;
		tried[i] = measurement_exposure_at(facts, i);
	}
	const int outcome = series_exposure_put(tx, m->item.attempt_id, &kept);
	return outcome != 0 ? outcome
			    : occurrence_exposure_put(tx, m->item.attempt_id, m->item.claimed_at,
				      starts, tried, facts->n_reports);
}

static int points_keep(struct db *tx, const struct measured *m)
{
	struct series_point points[MEASUREMENT_METRICS];
	size_t n = 0;
	for (size_t i = 0; i < MEASUREMENT_METRICS; i++) {
		const double value = measurement_value(&m->facts, i);
		if (isfinite(value)) {
			points[n++] =
				(struct series_point){measurement_metric(&m->facts, i), value};
		}
	}
	return (m->attempt.is_plain ? series_points_put : series_beside_put)(
		tx, m->item.attempt_id, m->item.claimed_at, points, n);
}

/* What was read becomes what pages show. Nobody else counts the attempt's cell meanwhile. */
static int measured_keep(struct db *tx, const struct measured *m)
{
	struct tally_cell cell;
	int outcome = boots_keep(tx, m->item.attempt_id, m->item.claimed_at, m->facts.n_reports);
	if (outcome == 0) {
		outcome = bug_join_met(tx, m->item.attempt_id, m->item.claimed_at);
	}
	if (outcome == 0) {
		outcome = tally_lock(tx, m->item.attempt_id, &cell);
	}
	if (outcome == 0 && !m->attempt.is_removed) {
		outcome = exposure_keep(tx, m);
	}
	if (outcome == 0 && !m->attempt.is_removed) {
		outcome = points_keep(tx, m);
	}
	return outcome != 0 ? outcome : tally_keep(tx, &cell);
}

/* One item in one transaction. 0, WORK_ITEM_NONE, another refusal or a fault; *why is owned. */
static int turn(struct stage_place *place, struct work_item *item, char **why)
{
	_tx_ struct db *tx = NULL;
	__attribute__((cleanup(measured_fini))) struct measured m = {0};
	int outcome = db_begin(place->db, &tx);
	if (outcome == 0) {
		outcome = work_item_next(tx, &m.item);
	}
	log_about(m.item.job_id, m.item.attempt_id);
	*item = m.item;
	if (outcome == 0) {
		outcome = facts_read(tx, &m);
	}
	if (outcome == 0) {
		outcome = measured_keep(tx, &m);
	}
	if (outcome == 0) {
		outcome = symbol_want(tx, m.item.attempt_id);
	}
	if (outcome == 0) {
		outcome = work_item_done(tx, m.item.id);
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
	log_warning("cannot be measured: %s", why);
	return work_item_fail(place->db, item.id, why);
}
