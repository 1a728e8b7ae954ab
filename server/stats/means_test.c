/* Two means: known answers, simulated cover, and when nothing can be said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "stats/means.h"

/* R: t.test(c(5, 7, 9), c(1, 2, 3, 4), var.equal = TRUE). */
static void two_samples_give_students_interval(void **state)
{
	(void)state;
	const double before[] = {1, 2, 3, 4};
	const double after[] = {5, 7, 9};
	struct means m;
	assert_int_equal(means_compare(before, 4, after, 3, 0, &m), 0);
	assert_float_equal(m.shift, 4.5, 1e-9);
	const double error = sqrt(13.0 / 5 * (1.0 / 4 + 1.0 / 3));
	assert_float_equal(m.low, 4.5 - 2.570581836 * error, 1e-6);
	assert_float_equal(m.high, 4.5 + 2.570581836 * error, 1e-6);
	assert_true(m.chance > 0.01 && m.chance < 0.02);
}

static void one_attempt_a_side_needs_noise_from_elsewhere(void **state)
{
	(void)state;
	const double before = 1;
	const double after = 4;
	struct means m;
	assert_int_equal(means_compare(&before, 1, &after, 1, 0, &m), MEANS_UNKNOWN);
	assert_int_equal(means_compare(&before, 1, &after, 1, NAN, &m), MEANS_UNKNOWN);
	assert_int_equal(means_compare(&before, 0, &after, 1, 1, &m), MEANS_UNKNOWN);
	assert_int_equal(means_compare(&before, 1, &after, 1, 0.1, &m), 0);
	assert_true(m.low > 2 && m.high < 4 && m.chance < 1e-6);
	assert_int_equal(means_compare(&before, 1, &after, 1, 5, &m), 0);
	assert_true(m.low < 0 && m.chance > 0.5);
}

static void values_that_do_not_scatter_at_all_say_nothing(void **state)
{
	(void)state;
	const double before[] = {0, 0, 0};
	struct means m;
	assert_int_equal(means_compare(before, 3, before, 3, 0, &m), MEANS_UNKNOWN);
}

static void intervals_cover_as_often_as_they_say(void **state)
{
	(void)state;
	enum { TRIES = 4000 };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	int covered = 0;
	for (int i = 0; i < TRIES; i++) {
		double before[3];
		double after[2];
		for (int k = 0; k < 3; k++) {
			before[k] = gsl_ran_gaussian(rng, 1);
		}
		for (int k = 0; k < 2; k++) {
			after[k] = 2 + gsl_ran_gaussian(rng, 1);
		}
		struct means m;
		assert_int_equal(means_compare(before, 3, after, 2, 0, &m), 0);
		covered += m.low <= 2 && 2 <= m.high;
	}
	gsl_rng_free(rng);
	/* 95 %, give or take four standard errors */
	assert_in_range(covered, TRIES * 0.936, TRIES * 0.964);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_samples_give_students_interval),
		cmocka_unit_test(one_attempt_a_side_needs_noise_from_elsewhere),
		cmocka_unit_test(values_that_do_not_scatter_at_all_say_nothing),
		cmocka_unit_test(intervals_cover_as_often_as_they_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
