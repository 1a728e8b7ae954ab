/* Exposure at instants between, on and behind samples. */
#include "stats/exposure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MS = 1000000 };

/* 50 ms apart, 1,000 a sample, from 5,000 on: 20,000 a second; the last but one step is twice as
 * fast. */
static const struct exposure_sample steady[] = {
	{1000 * MS, 5000},
	{1050 * MS, 6000},
	{1100 * MS, 7000},
	{1150 * MS, 9000},
	{1200 * MS, 10000},
};
enum { STEADY = sizeof(steady) / sizeof(steady[0]) };

static void on_a_sample_it_is_exact(void **state)
{
	(void)state;
	struct exposure e;
	assert_int_equal(exposure_at(steady, STEADY, 1200 * (int64_t)MS, &e), 0);
	assert_int_equal(e.estimate, 5000);
	assert_int_equal(e.low, 5000);
	assert_int_equal(e.high, 5000);
	assert_false(e.is_estimated);
}

static void behind_the_last_sample_it_goes_on_at_the_last_pace(void **state)
{
	(void)state;
	struct exposure e;
	assert_int_equal(exposure_at(steady, STEADY, 1220 * (int64_t)MS, &e), 0);
	assert_int_equal(e.estimate, 5500); /* 5,000 in 200 ms: 25 each ms, 20 ms more */
	assert_int_equal(e.low, 5000);
	assert_int_equal(e.high, 5800); /* the fastest pace was 40 each ms */
	assert_true(e.is_estimated);
}

static void between_two_samples_both_are_bounds(void **state)
{
	(void)state;
	struct exposure e;
	assert_int_equal(exposure_at(steady, STEADY, 1125 * (int64_t)MS, &e), 0);
	assert_int_equal(e.low, 2000);
	assert_int_equal(e.estimate, 3000);
	assert_int_equal(e.high, 4000);
	assert_true(e.is_estimated);
}

static void a_silent_guest_does_not_work_on(void **state)
{
	(void)state;
	struct exposure e;
	assert_int_equal(exposure_at(steady, STEADY, 23200 * (int64_t)MS, &e), 0);
	assert_int_equal(e.estimate, 5000 + 25 * 1000); /* one second of the 22 */
	assert_int_equal(e.high, 5000 + 40 * 22000);
}

static void the_pace_is_that_of_the_end_not_of_the_beginning(void **state)
{
	(void)state;
	const struct exposure_sample slowing[] = {
		{0, 0}, {1000 * MS, 1000000}, {1250 * MS, 1000250}, {1500 * MS, 1000500}};
	struct exposure e;
	assert_int_equal(exposure_at(slowing, 4, 1600 * (int64_t)MS, &e), 0);
	assert_int_equal(e.estimate, 1000500 + 100);
	assert_int_equal(e.high, 1000500 + 100000);
}

static void before_the_workload_it_is_nothing(void **state)
{
	(void)state;
	struct exposure e;
	assert_int_equal(exposure_at(steady, STEADY, 900 * (int64_t)MS, &e), 0);
	assert_int_equal(e.high, 0);
	assert_false(e.is_estimated);
}

static void one_sample_gives_no_pace(void **state)
{
	(void)state;
	struct exposure e;
	assert_int_equal(exposure_at(steady, 1, 1100 * (int64_t)MS, &e), 0);
	assert_int_equal(e.estimate, 0);
	assert_true(e.is_estimated);
	assert_int_equal(exposure_at(steady, 0, 0, &e), EXPOSURE_UNKNOWN);
}

static void a_counter_that_falls_is_unknown(void **state)
{
	(void)state;
	const struct exposure_sample falling[] = {{0, 10}, {50 * MS, 9}};
	struct exposure e;
	assert_int_equal(exposure_at(falling, 2, 60 * (int64_t)MS, &e), EXPOSURE_UNKNOWN);
}

static void the_largest_counters_do_not_wrap(void **state)
{
	(void)state;
	const struct exposure_sample huge[] = {{0, 0}, {1 * MS, INT64_MAX - 1}};
	struct exposure e;
	assert_int_equal(exposure_at(huge, 2, INT64_MAX, &e), 0);
	assert_int_equal(e.estimate, INT64_MAX);
	assert_int_equal(e.high, INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_a_sample_it_is_exact),
		cmocka_unit_test(behind_the_last_sample_it_goes_on_at_the_last_pace),
		cmocka_unit_test(between_two_samples_both_are_bounds),
		cmocka_unit_test(a_silent_guest_does_not_work_on),
		cmocka_unit_test(the_pace_is_that_of_the_end_not_of_the_beginning),
		cmocka_unit_test(before_the_workload_it_is_nothing),
		cmocka_unit_test(one_sample_gives_no_pace),
		cmocka_unit_test(a_counter_that_falls_is_unknown),
		cmocka_unit_test(the_largest_counters_do_not_wrap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
