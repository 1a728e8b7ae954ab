/* Garwood's limits against the published tables, and the scales of shares. */
#include "stats/rate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* 95 % limits of a Poisson count as printed in Pearson and Hartley, Biometrika Tables for
 * Statisticians vol. 1, table 40 (after Garwood 1936): the numbers every text book repeats. */
static const struct {
	int64_t events;
	double low;
	double high;
} garwood[] = {
	{1, 0.0253, 5.57},
	{2, 0.242, 7.22},
	{3, 0.619, 8.77},
	{4, 1.09, 10.24},
	{5, 1.62, 11.67},
	{6, 2.20, 13.06},
	{7, 2.81, 14.42},
	{8, 3.45, 15.76},
	{9, 4.12, 17.08},
	{10, 4.80, 18.39},
	{15, 8.40, 24.74},
	{20, 12.22, 30.89},
	{25, 16.18, 36.90},
	{30, 20.24, 42.83},
	{50, 37.11, 65.92},
};

static void garwood_limits_are_those_of_the_published_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(garwood) / sizeof(garwood[0]); i++) {
		struct rate rate;
		assert_int_equal(rate_interval(garwood[i].events, 1, RATE_CONFIDENCE, &rate), 0);
		assert_float_equal(
			rate.low, garwood[i].low, garwood[i].low < 1 ? 0.0005 : 0.005001);
		assert_float_equal(rate.high, garwood[i].high, 0.005001);
		assert_false(rate.is_bound);
	}
}

static void no_event_gives_three_over_the_exposure(void **state)
{
	(void)state;
	struct rate rate;
	assert_int_equal(rate_interval(0, 4e6, RATE_CONFIDENCE, &rate), 0);
	assert_true(rate.is_bound);
	assert_true(rate.per_unit == 0 && rate.low == 0);
	assert_float_equal(rate.high * 4e6, 2.9957, 0.0001);
	assert_float_equal(rate_zero_bound(1, 0.99), 4.6052, 0.0001);
}

static void limits_scale_with_the_exposure(void **state)
{
	(void)state;
	struct rate one, many;
	assert_int_equal(rate_interval(7, 1, RATE_CONFIDENCE, &one), 0);
	assert_int_equal(rate_interval(7, 2.5e9, RATE_CONFIDENCE, &many), 0);
	assert_float_equal(many.low * 2.5e9, one.low, 1e-9);
	assert_float_equal(many.high * 2.5e9, one.high, 1e-9);
	assert_float_equal(many.per_unit * 2.5e9, 7, 1e-9);
}

/* Against the normal limits, to which they tend. One of GSL's two quantiles fails from 16,000 on.
 */
static void many_events_still_have_limits(void **state)
{
	(void)state;
	for (int64_t k = 10000; k < 100000000; k += k / 7) {
		struct rate rate;
		const double width = 1.959964 * sqrt((double)k);
		assert_int_equal(rate_interval(k, 1, RATE_CONFIDENCE, &rate), 0);
		assert_float_equal(rate.low, (double)k - width, 3);
		assert_float_equal(rate.high, (double)k + width, 3);
	}
}

static void no_exposure_is_unknown(void **state)
{
	(void)state;
	struct rate rate;
	assert_int_equal(rate_interval(3, 0, RATE_CONFIDENCE, &rate), RATE_UNKNOWN);
	assert_int_equal(rate_interval(3, NAN, RATE_CONFIDENCE, &rate), RATE_UNKNOWN);
	assert_int_equal(rate_interval(-1, 5, RATE_CONFIDENCE, &rate), RATE_UNKNOWN);
	assert_true(isnan(rate_zero_bound(0, RATE_CONFIDENCE)));
}

/* Quantiles of chi-squared with 2k + 1 degrees of freedom, halved, from the usual table. */
static void posterior_limits_are_those_of_a_gamma(void **state)
{
	(void)state;
	struct rate rate;
	assert_int_equal(rate_posterior(0, 2, RATE_CONFIDENCE, &rate), 0);
	assert_float_equal(rate.low * 2, 0.000982 / 2, 1e-6);
	assert_float_equal(rate.high * 2, 5.024 / 2, 0.001);
	assert_int_equal(rate_posterior(7, 1, RATE_CONFIDENCE, &rate), 0);
	assert_float_equal(rate.low, 6.262 / 2, 0.001);
	assert_float_equal(rate.high, 27.488 / 2, 0.001);
	assert_false(rate.is_bound);
	assert_int_equal(rate_posterior(7, 0, RATE_CONFIDENCE, &rate), RATE_UNKNOWN);
}

static void shares_and_their_log_odds(void **state)
{
	(void)state;
	assert_true(isnan(rate_fail_share(0, 0)));
	assert_float_equal(rate_fail_share(75, 25), 0.25, 1e-12);
	assert_float_equal(rate_log_odds(99.5, 9.5), log(0.1), 1e-12);
	assert_true(isfinite(rate_log_odds(0, 0)) && isfinite(rate_log_odds(1e18, 0)));
	assert_float_equal(rate_share_of_log_odds(rate_log_odds(7499.5, 2499.5)), 0.25, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(garwood_limits_are_those_of_the_published_table),
		cmocka_unit_test(no_event_gives_three_over_the_exposure),
		cmocka_unit_test(limits_scale_with_the_exposure),
		cmocka_unit_test(many_events_still_have_limits),
		cmocka_unit_test(no_exposure_is_unknown),
		cmocka_unit_test(posterior_limits_are_those_of_a_gamma),
		cmocka_unit_test(shares_and_their_log_odds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
