/* Pairs of attempts: what they confirm, refute and leave open. */
#include "stats/change_trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct change_trial trial(
	const double *before, const double *after, size_t pairs, double shift, double noise)
{
	struct change_trial out;
	change_confirm(before, after, pairs, shift, noise, &out);
	return out;
}

static void three_pairs_confirm_a_shift_of_four_deviations(void **state)
{
	(void)state;
	const struct change_trial t =
		trial((double[]){100, 101, 99}, (double[]){104.5, 104, 103}, 3, 4, 1);
	assert_int_equal(t.verdict, CHANGE_CONFIRMED);
	assert_float_equal(t.shift, 11.5 / 3, 1e-9);
	assert_true(t.low > 2 && t.high < 6 && t.chance < 0.001);
}

static void two_pairs_never_decide(void **state)
{
	(void)state;
	const struct change_trial t = trial((double[]){0, 0}, (double[]){100, 100}, 2, 100, 1);
	assert_int_equal(t.verdict, CHANGE_UNDECIDED);
}

static void no_shift_refutes_the_claim(void **state)
{
	(void)state;
	const double before[] = {100, 101, 99, 100, 102, 98};
	const double after[] = {100.5, 100, 99.5, 100, 101, 99};
	assert_int_equal(trial(before, after, 6, 6, 1).verdict, CHANGE_REFUTED);
	assert_int_equal(trial(before, after, 6, -6, 1).verdict, CHANGE_REFUTED);
}

static void the_other_direction_is_no_confirmation(void **state)
{
	(void)state;
	const struct change_trial t = trial((double[]){10, 11, 9}, (double[]){0, 1, -1}, 3, 10, 1);
	assert_int_equal(t.verdict, CHANGE_REFUTED);
}

static void what_the_machine_does_besides_cancels_within_pairs(void **state)
{
	(void)state;
	/* A load that moves both by hundreds; the shift is 4. */
	const double before[] = {100, 500, 900, 300};
	const double after[] = {104.2, 503.9, 904.1, 303.8};
	assert_int_equal(trial(before, after, 4, 4, 0).verdict, CHANGE_CONFIRMED);
}

static void wide_noise_leaves_it_open(void **state)
{
	(void)state;
	const struct change_trial t = trial((double[]){1, 5, 3}, (double[]){6, 3, 7}, 3, 4, 3);
	assert_int_equal(t.verdict, CHANGE_UNDECIDED);
}

static void pairs_with_a_missing_side_do_not_count(void **state)
{
	(void)state;
	const struct change_trial t = trial((double[]){1, NAN, 3}, (double[]){NAN, 3, 7}, 3, 4, 0);
	assert_int_equal(t.pairs, 1);
	assert_true(isnan(t.shift));
	assert_int_equal(t.verdict, CHANGE_UNDECIDED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_pairs_confirm_a_shift_of_four_deviations),
		cmocka_unit_test(two_pairs_never_decide),
		cmocka_unit_test(no_shift_refutes_the_claim),
		cmocka_unit_test(the_other_direction_is_no_confirmation),
		cmocka_unit_test(what_the_machine_does_besides_cancels_within_pairs),
		cmocka_unit_test(wide_noise_leaves_it_open),
		cmocka_unit_test(pairs_with_a_missing_side_do_not_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
