/* Mann and Whitney's test against its published table and by counting. */
#include "stats/rank.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SIDE_MAX = 60 };

static void ramp(double *out, size_t n, double first)
{
	for (size_t i = 0; i < n; i++) {
		out[i] = first + (double)i;
	}
}

/* Two over the number of ways to choose. */
static void samples_apart_are_two_of_all_choices(void **state)
{
	(void)state;
	double a[SIDE_MAX], b[SIDE_MAX];
	ramp(a, SIDE_MAX, 0);
	ramp(b, SIDE_MAX, 1000);
	assert_float_equal(rank_chance(a, 3, b, 3), 2.0 / 20, 1e-12);
	assert_float_equal(rank_chance(b, 5, a, 5), 2.0 / 252, 1e-12);
	assert_float_equal(rank_chance(a, 10, b, 10), 2.0 / 184756, 1e-12);
	assert_float_equal(rank_chance(a, 4, b, 50), 2.0 / 316251, 1e-12);
}

/* Mann and Whitney's table I: n = 8, m = 6: P(U <= 10) = 0.041; n = 4, m = 4: P(U <= 3) = 0.100. */
static void the_published_table_holds(void **state)
{
	(void)state;
	const double eight[] = {0, 1, 2, 3, 4, 5.5, 6.5, 7.5};
	const double six[] = {4.5, 5, 6, 8, 9, 10};
	/* pairs in which the one of eight is larger: 5.5 (2), 6.5 (3), 7.5 (3) */
	assert_float_equal(rank_chance(eight, 8, six, 6) / 2, 0.021, 0.0008);
	const double x[] = {1, 2, 3, 6.5};
	const double y[] = {4, 5, 6, 7};
	assert_float_equal(rank_chance(x, 4, y, 4) / 2, 0.1, 0.0005);
}

static void exact_and_normal_meet(void **state)
{
	(void)state;
	double a[SIDE_MAX], b[SIDE_MAX];
	ramp(a, 30, 0);
	ramp(b, 30, 9.5);
	const double normal = rank_chance(a, 30, b, 30);
	ramp(a, 25, 0);
	ramp(b, 30, 7.25);
	const double exact = rank_chance(a, 25, b, 30);
	assert_true(normal > 0 && normal < 0.01);
	assert_true(exact > 0 && exact < 0.01);
}

static void equal_samples_are_alike(void **state)
{
	(void)state;
	double a[SIDE_MAX] = {0}, b[SIDE_MAX] = {0};
	assert_float_equal(rank_chance(a, 8, b, 8), 1, 1e-12);
	assert_float_equal(rank_chance(a, SIDE_MAX, b, SIDE_MAX), 1, 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_apart_are_two_of_all_choices),
		cmocka_unit_test(the_published_table_holds),
		cmocka_unit_test(exact_and_normal_meet),
		cmocka_unit_test(equal_samples_are_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
