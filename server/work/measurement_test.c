/* What counts and what does not, attempt by attempt. */
#include "work/measurement.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define S INT64_C(1000000000)

/* 20 s from second 5 on: 1,000 successes and 250 fails a second, seen each half second. */
enum { COUNTS = 41 };
static struct sample_counts steady[COUNTS];

static int steady_fill(void **state)
{
	(void)state;
	for (int i = 0; i < COUNTS; i++) {
		steady[i] = (struct sample_counts){5 * S + i * S / 2, 7 + i * 500, 3 + i * 125};
	}
	return 0;
}

static struct measurement_facts facts_of(const char *result, size_t n_counts, bool is_finished)
{
	struct measurement_facts facts = {.result = result,
		.is_emulated = true,
		.counts = steady,
		.n_counts = n_counts,
		.span = {.boots = 1, .start_ns = 5 * S, .finish_ns = -1}};
	facts.span.last_ns = n_counts > 0 ? steady[n_counts - 1].t_ns : -1;
	if (is_finished) {
		facts.span.finish_ns = facts.span.last_ns + 1000;
	}
	return facts;
}

static double value(const struct measurement_facts *facts, const char *metric)
{
	for (size_t i = 0; i < MEASUREMENT_METRICS; i++) {
		if (strcmp(measurement_metric(facts, i), metric) == 0) {
			return measurement_value(facts, i);
		}
	}
	fail_msg("no metric %s", metric);
	return NAN;
}

static size_t values_known(const struct measurement_facts *facts)
{
	size_t n = 0;
	for (size_t i = 0; i < MEASUREMENT_METRICS; i++) {
		n += !isnan(measurement_value(facts, i));
	}
	return n;
}

static void a_clean_attempt_has_exact_exposure_and_all_metrics(void **state)
{
	(void)state;
	const struct measurement_facts facts = facts_of("clean", COUNTS, true);
	const struct measurement_exposure e = measurement_exposure(&facts);
	assert_int_equal(e.estimate, 25000);
	assert_int_equal(e.low, 25000);
	assert_int_equal(e.high, 25000);
	assert_false(e.is_estimated);
	assert_float_equal(measurement_seconds(&facts), 20, 1e-9);
	assert_float_equal(value(&facts, "pgmigrate_success"), 20000, 1e-9);
	assert_float_equal(value(&facts, "pgmigrate_fail"), 5000, 1e-9);
	assert_float_equal(value(&facts, "success_per_s"), 1000, 1e-9);
	assert_float_equal(value(&facts, "fail_per_s"), 250, 1e-9);
	assert_float_equal(value(&facts, "fail_ratio"), 0.2, 1e-12);
}

static void what_was_to_end_by_its_work_has_no_sums(void **state)
{
	(void)state;
	struct measurement_facts facts = facts_of("clean", COUNTS, true);
	facts.is_until = true;
	assert_int_equal(measurement_exposure(&facts).estimate, 25000);
	assert_true(isnan(value(&facts, "pgmigrate_success")));
	assert_true(isnan(value(&facts, "pgmigrate_fail")));
	assert_float_equal(value(&facts, "success_per_s"), 1000, 1e-9);
	assert_float_equal(value(&facts, "fail_ratio"), 0.2, 1e-12);
}

static void a_crash_is_estimated_up_to_its_last_report(void **state)
{
	(void)state;
	struct measurement_facts facts = facts_of("crash", 31, false); /* last sample at 20 s */
	const double reports_s[] = {12.25, 20.1};
	facts.reports_s = reports_s;
	facts.n_reports = 2;
	const struct measurement_exposure e = measurement_exposure(&facts);
	assert_int_equal(e.low, 18750);
	assert_int_equal(e.estimate, 18750 + 125);
	assert_true(e.is_estimated);
	assert_int_equal(measurement_exposure_at(&facts, 1), e.estimate);
	assert_int_equal(measurement_exposure_at(&facts, 0), 9063); /* between two samples */
}

static void a_crash_without_times_came_before_the_next_sample(void **state)
{
	(void)state;
	struct measurement_facts facts = facts_of("crash", 31, false);
	const double reports_s[] = {NAN};
	facts.reports_s = reports_s;
	facts.n_reports = 1;
	const struct measurement_exposure e = measurement_exposure(&facts);
	assert_int_equal(e.low, 18750);
	assert_int_equal(e.estimate, 18750 + 31);
	assert_true(e.is_estimated);
	assert_int_equal(measurement_exposure_at(&facts, 0), e.estimate);
}

/* A kernel is the test's subject: it may say what it likes. */
static void what_no_machine_can_have_tried_is_unknown(void **state)
{
	(void)state;
	static struct sample_counts counts[COUNTS];
	memcpy(counts, steady, sizeof(counts));
	counts[COUNTS - 1].success = INT64_C(9000000000000000000);
	struct measurement_facts facts = facts_of("clean", COUNTS, true);
	facts.counts = counts;
	assert_int_equal(measurement_exposure(&facts).estimate, -1);
	assert_int_equal(measurement_exposure(&facts).high, -1);
	facts = facts_of("crash", COUNTS, false);
	facts.counts = counts;
	const double reports_s[] = {12.25, 25.1};
	facts.reports_s = reports_s;
	facts.n_reports = 2;
	assert_int_equal(measurement_exposure_at(&facts, 0), 9063);
	assert_int_equal(measurement_exposure_at(&facts, 1), -1);
}

static void a_long_crash_gives_paces_but_no_sums(void **state)
{
	(void)state;
	const struct measurement_facts facts = facts_of("crash", 31, false);
	assert_int_equal(values_known(&facts), 3);
	assert_float_equal(value(&facts, "fail_ratio"), 0.2, 1e-12);
	assert_true(isnan(value(&facts, "pgmigrate_fail")));
}

static void a_crash_within_ten_seconds_gives_no_value(void **state)
{
	(void)state;
	const struct measurement_facts facts = facts_of("crash", 20, false); /* 9.5 s */
	assert_int_equal(values_known(&facts), 0);
	assert_true(measurement_exposure(&facts).estimate > 0);
	const struct measurement_facts longer = facts_of("crash", 21, false); /* 10 s */
	assert_int_equal(values_known(&longer), 3);
}

static void a_short_workload_that_was_meant_so_counts(void **state)
{
	(void)state;
	const struct measurement_facts facts = facts_of("clean", 5, true);
	assert_int_equal(values_known(&facts), MEASUREMENT_METRICS);
}

static void a_hang_worked_up_to_its_last_sample(void **state)
{
	(void)state;
	struct measurement_facts facts = facts_of("hang", 31, false);
	const double reports_s[] = {45.0}; /* the watchdog, much later */
	facts.reports_s = reports_s;
	facts.n_reports = 1;
	const struct measurement_exposure e = measurement_exposure(&facts);
	assert_int_equal(e.estimate, 18750);
	assert_false(e.is_estimated);
	assert_int_equal(values_known(&facts), 3);
}

static void other_results_give_exposure_but_no_points(void **state)
{
	(void)state;
	static const char *const results[] = {
		"", "fault", "workload_error", "no_boot", "cancelled"};
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		const struct measurement_facts facts = facts_of(results[i], COUNTS, true);
		assert_int_equal(values_known(&facts), 0);
		assert_int_equal(measurement_exposure(&facts).estimate, 25000);
	}
}

static void a_check_of_the_machine_stands_on_no_trend(void **state)
{
	(void)state;
	struct measurement_facts facts = facts_of("clean", COUNTS, true);
	facts.is_golden = true;
	assert_int_equal(values_known(&facts), 0);
	assert_int_equal(measurement_exposure(&facts).estimate, 25000);
}

static void an_absent_counter_is_unknown_and_not_zero(void **state)
{
	(void)state;
	struct sample_counts counts[] = {
		{5 * S, 10, SAMPLE_NULL}, {10 * S, 20, SAMPLE_NULL}, {16 * S, 30, SAMPLE_NULL}};
	struct measurement_facts facts = facts_of("clean", 3, true);
	facts.counts = counts;
	facts.span.last_ns = 16 * S;
	assert_int_equal(measurement_exposure(&facts).estimate, -1);
	assert_int_equal(values_known(&facts), 2);
	assert_float_equal(value(&facts, "pgmigrate_success"), 20, 1e-9);
	assert_true(isnan(value(&facts, "fail_ratio")));
}

static void a_counter_that_falls_is_unknown(void **state)
{
	(void)state;
	struct sample_counts counts[] = {{5 * S, 100, 10}, {16 * S, 50, 5}};
	struct measurement_facts facts = facts_of("clean", 2, true);
	facts.counts = counts;
	facts.span.last_ns = 16 * S;
	assert_int_equal(measurement_exposure(&facts).estimate, -1);
	assert_int_equal(values_known(&facts), 0);
}

static void nothing_tried_has_no_ratio_and_a_pace_of_zero(void **state)
{
	(void)state;
	struct sample_counts counts[] = {{5 * S, 100, 10}, {16 * S, 100, 10}};
	struct measurement_facts facts = facts_of("clean", 2, true);
	facts.counts = counts;
	facts.span.last_ns = 16 * S;
	assert_int_equal(measurement_exposure(&facts).estimate, 0);
	assert_true(isnan(value(&facts, "fail_ratio")));
	assert_float_equal(value(&facts, "fail_per_s"), 0, 1e-12);
}

static void a_guest_that_never_began_its_workload_tried_nothing(void **state)
{
	(void)state;
	struct measurement_facts facts = facts_of("crash", 0, false);
	const double reports_s[] = {3.5};
	facts.reports_s = reports_s;
	facts.n_reports = 1;
	facts.span.start_ns = -1;
	assert_int_equal(measurement_exposure(&facts).estimate, 0);
	assert_int_equal(measurement_exposure_at(&facts, 0), 0);
	assert_int_equal(values_known(&facts), 0);
}

static void a_guest_that_never_spoke_is_unknown(void **state)
{
	(void)state;
	struct measurement_facts facts = facts_of("no_boot", 0, false);
	facts.span.boots = 0;
	facts.span.start_ns = -1;
	assert_int_equal(measurement_exposure(&facts).estimate, -1);
	assert_false(measurement_is_counted(&facts.span));
	assert_true(isnan(measurement_seconds(&facts)));
}

static void several_boots_are_unknown(void **state)
{
	(void)state;
	struct measurement_facts facts = facts_of("clean", COUNTS, true);
	facts.span.boots = 2;
	assert_false(measurement_is_counted(&facts.span));
	assert_int_equal(measurement_exposure(&facts).estimate, -1);
}

static void times_of_emulated_kernels_have_series_of_their_own(void **state)
{
	(void)state;
	const struct measurement_facts emulated = facts_of("clean", COUNTS, true);
	struct measurement_facts native = emulated;
	native.is_emulated = false;
	for (size_t i = 0; i < MEASUREMENT_METRICS; i++) {
		const char *name = measurement_metric(&emulated, i);
		const bool is_time = strcmp(name, "fail_ratio") != 0;
		assert_int_equal(strcmp(name, measurement_metric(&native, i)) != 0, is_time);
		assert_true(measurement_value(&emulated, i) == measurement_value(&native, i));
	}
	assert_true(value(&native, "success_per_s_native") == value(&emulated, "success_per_s"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_of_emulated_kernels_have_series_of_their_own),
		cmocka_unit_test(a_clean_attempt_has_exact_exposure_and_all_metrics),
		cmocka_unit_test(what_was_to_end_by_its_work_has_no_sums),
		cmocka_unit_test(a_crash_is_estimated_up_to_its_last_report),
		cmocka_unit_test(a_crash_without_times_came_before_the_next_sample),
		cmocka_unit_test(what_no_machine_can_have_tried_is_unknown),
		cmocka_unit_test(a_long_crash_gives_paces_but_no_sums),
		cmocka_unit_test(a_crash_within_ten_seconds_gives_no_value),
		cmocka_unit_test(a_short_workload_that_was_meant_so_counts),
		cmocka_unit_test(a_hang_worked_up_to_its_last_sample),
		cmocka_unit_test(other_results_give_exposure_but_no_points),
		cmocka_unit_test(a_check_of_the_machine_stands_on_no_trend),
		cmocka_unit_test(an_absent_counter_is_unknown_and_not_zero),
		cmocka_unit_test(a_counter_that_falls_is_unknown),
		cmocka_unit_test(nothing_tried_has_no_ratio_and_a_pace_of_zero),
		cmocka_unit_test(a_guest_that_never_began_its_workload_tried_nothing),
		cmocka_unit_test(a_guest_that_never_spoke_is_unknown),
		cmocka_unit_test(several_boots_are_unknown),
	};
	return cmocka_run_group_tests(tests, steady_fill, NULL);
}
