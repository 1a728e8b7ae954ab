/* Ratios of rates: against published intervals, against each other, and in strata. */
#include "stats/ratio.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct rate_cell cell(double k1, double e1, double k2, double e2)
{
	return (struct rate_cell){.before = {k1, e1, 0}, .after = {k2, e2, 0}};
}

/* Rothman, Greenland and Lash, Modern Epidemiology 3rd ed., ch. 14: 41 and 15 cases of breast
 * cancer in 28,010 and 19,017 woman-years; exact interval 1.01 to 3.6 about 1.86. */
static void the_text_book_example_comes_out(void **state)
{
	(void)state;
	const struct rate_cell c = cell(15, 19017, 41, 28010);
	struct ratio r;
	assert_int_equal(ratio_interval(&c, 1, 0.95, &r), 0);
	assert_float_equal(r.ratio, 1.856, 0.001);
	assert_float_equal(r.low, 1.006, 0.01);
	assert_float_equal(r.high, 3.61, 0.01);
	assert_float_equal(r.chance, 0.047, 0.003);
}

static void no_event_after_is_bounded_above_only(void **state)
{
	(void)state;
	const struct rate_cell c = cell(5, 1e6, 0, 1e6);
	struct ratio r;
	assert_int_equal(ratio_interval(&c, 1, 0.95, &r), 0);
	assert_true(r.ratio == 0 && r.low == 0);
	/* (1 - p)^5 = 0.025 */
	const double share = 1 - pow(0.025, 0.2);
	assert_float_equal(r.high, share / (1 - share), 1e-6);
	assert_float_equal(r.chance, 2 * pow(0.5, 5), 1e-9);
}

static void no_event_before_has_no_upper_end(void **state)
{
	(void)state;
	const struct rate_cell c = cell(0, 1e6, 5, 1e6);
	struct ratio r;
	assert_int_equal(ratio_interval(&c, 1, 0.95, &r), 0);
	assert_true(isinf(r.ratio) && isinf(r.high) && r.low > 0.5);
}

static void nothing_common_is_unknown(void **state)
{
	(void)state;
	const struct rate_cell c[] = {cell(5, 1e6, 0, 0), cell(0, 0, 3, 1e5), cell(0, 1e9, 0, 1e9)};
	struct ratio r;
	assert_int_equal(ratio_interval(c, 3, 0.95, &r), RATIO_UNKNOWN);
	assert_true(isnan(ratio_below(c, 3, 0.1)));
}

/* Twice the same cell halved is the cell. */
static void strata_of_one_kind_are_one(void **state)
{
	(void)state;
	const struct rate_cell whole = cell(12, 4e6, 3, 6e6);
	const struct rate_cell parts[] = {cell(7, 2e6, 1, 3e6), cell(5, 2e6, 2, 3e6)};
	struct ratio a, b;
	assert_int_equal(ratio_interval(&whole, 1, 0.95, &a), 0);
	assert_int_equal(ratio_interval(parts, 2, 0.95, &b), 0);
	assert_float_equal(a.ratio, b.ratio, 1e-9);
	assert_float_equal(a.low, b.low, 1e-6);
	assert_float_equal(a.high, b.high, 1e-6);
	assert_float_equal(a.chance, b.chance, 1e-9);
	assert_float_equal(ratio_below(&whole, 1, 0.3), ratio_below(parts, 2, 0.3), 1e-4);
}

/* One stratum crashes once in 10,000, the other never; the second grows a thousandfold after. By
 * the totals the rate fell 500 times. */
static void a_mix_that_changes_moves_nothing(void **state)
{
	(void)state;
	const struct rate_cell mixed[] = {cell(10, 1e5, 10, 1e5), cell(0, 1e5, 0, 1e8)};
	struct ratio r, alone;
	assert_int_equal(ratio_interval(mixed, 2, 0.95, &r), 0);
	assert_int_equal(ratio_interval(mixed, 1, 0.95, &alone), 0);
	assert_float_equal(r.ratio, 1, 1e-12);
	assert_true(r.low == alone.low && r.high == alone.high && r.chance == alone.chance);
	assert_true(ratio_below(mixed, 2, 0.1) == ratio_below(mixed, 1, 0.1));
}

/* Here both crash, at rates a hundred times apart. */
static void cells_of_different_rates_share_their_ratio(void **state)
{
	(void)state;
	const struct rate_cell c[] = {cell(100, 1e6, 20, 1e6), cell(1000, 1e5, 20, 1e4)};
	struct ratio r;
	assert_int_equal(ratio_interval(c, 2, 0.95, &r), 0);
	assert_float_equal(r.ratio, 0.2, 0.01);
	assert_true(r.low > 0.13 && r.high < 0.29);
	const double before = RATIO_EXACT_EVENTS + 1;
	const struct rate_cell many[] = {cell(before, 1e6, 40, 1e6), cell(3, 1e6, 1, 1e6)};
	const struct rate_cell fewer[] = {cell(350, 1e6, 40, 1e6), cell(3, 1e6, 1, 1e6)};
	struct ratio normal, exact;
	assert_int_equal(ratio_interval(many, 2, 0.95, &normal), 0);
	assert_int_equal(ratio_interval(fewer, 2, 0.95, &exact), 0);
	assert_float_equal(normal.high / normal.ratio, exact.high / exact.ratio, 0.03);
	assert_float_equal(normal.low / normal.ratio, exact.low / exact.ratio, 0.03);
}

/* Gamma(1/2, E2) / Gamma(5.5, E1): a beta in disguise. */
static void the_posterior_is_a_ratio_of_gammas(void **state)
{
	(void)state;
	const struct rate_cell c = cell(5, 1e6, 0, 2e7);
	assert_float_equal(ratio_below(&c, 1, 0.1), gsl_cdf_beta_P(2.0 / 3, 0.5, 5.5), 1e-12);
	const struct rate_cell huge[] = {cell(1e6, 1e9, 1e5, 1e9), cell(10, 1e4, 1, 1e4)};
	assert_float_equal(ratio_below(huge, 2, 0.1), 0.5, 0.02);
	assert_true(ratio_below(huge, 2, 0.11) > 0.999 && ratio_below(huge, 2, 0.09) < 0.001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_book_example_comes_out),
		cmocka_unit_test(no_event_after_is_bounded_above_only),
		cmocka_unit_test(no_event_before_has_no_upper_end),
		cmocka_unit_test(nothing_common_is_unknown),
		cmocka_unit_test(strata_of_one_kind_are_one),
		cmocka_unit_test(a_mix_that_changes_moves_nothing),
		cmocka_unit_test(cells_of_different_rates_share_their_ratio),
		cmocka_unit_test(the_posterior_is_a_ratio_of_gammas),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
