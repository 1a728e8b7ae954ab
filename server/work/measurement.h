/* What an attempt's counters say: its exposure, the exposure at each of its reports, and the value
 * of each metric. Pure. Here stands what counts: exposure for whatever ran, metrics only where the
 * number is the kernel's (statistics.md 1, 4). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/sample.h"

/* All of it borrowed. */
struct measurement_facts {
	const char *result; /* of the attempt; "" when it has none */
	bool is_golden;     /* a check of its machine: its values are no kernel's */
	bool is_emulated;   /* its times say nothing about a real processor */
	bool is_until;      /* it was to end after so many migrations: its sums are given */
	struct sample_span span;
	const double *reports_s; /* guest's uptime at each report; NAN: unknown */
	size_t n_reports;
	const struct sample_counts
		*counts; /* the first of the workload, and those near the instants */
	size_t n_counts;
};

/* Exposure up to an instant, in migrations; -1 is unknown. */
struct measurement_exposure {
	int64_t estimate;
	int64_t low;
	int64_t high;
	bool is_estimated;
};

/* Whether counters can be compared with the workload's start at all: it began, in the only boot. */
bool measurement_is_counted(const struct sample_span *span);

/* When the work ended, on the guest's clock. Needs result, span and reports. */
int64_t measurement_end_ns(const struct measurement_facts *facts);

/* Seconds from the first to the last sample of the workload; NAN is unknown. */
double measurement_seconds(const struct measurement_facts *facts);

/* Exposure of the whole attempt; unknown too where the guest says what no machine can have done. */
struct measurement_exposure measurement_exposure(const struct measurement_facts *facts);

/* Exposure at its n-th report; -1 is unknown. */
int64_t measurement_exposure_at(const struct measurement_facts *facts, size_t n);

/* The metrics of one attempt: their names in the table metric, and their values; NAN is unknown. */
enum { MEASUREMENT_METRICS = 5 };
const char *measurement_metric(const struct measurement_facts *facts, size_t metric);
double measurement_value(const struct measurement_facts *facts, size_t metric);
