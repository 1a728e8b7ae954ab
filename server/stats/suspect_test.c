/* The thread's own question: cause, or only a rate that rose? And the four rates of suspect x fix
 * on made counts, the interaction against its normal limit. */
#include "stats/suspect.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct suspect judge(double without, double without_work, double with, double with_work)
{
	const struct rate_cell cell = {{without, without_work, 3600}, {with, with_work, 3600}};
	struct suspect s;
	suspect_judge(&cell, 1, &s);
	return s;
}

static void silence_without_it_is_cause_only_in_work_enough(void **state)
{
	(void)state;
	struct suspect s = judge(0, 1e6, 80, 1e6);
	assert_int_equal(s.answer, SUSPECT_CAUSES);
	assert_true(isinf(s.ratio.high) && s.ratio.low > 1);
	/* ten due and none seen: less it is, but a tenth may be left */
	s = judge(0, 1e6, 10, 1e6);
	assert_int_equal(s.answer, SUSPECT_OPEN);
	assert_int_equal(s.more_cell, 0);
	assert_true(s.more_exposure > 1e6);
	s = judge(0, 1e6 + s.more_exposure, 10, 1e6);
	assert_int_equal(s.answer, SUSPECT_CAUSES);
}

static void an_older_defect_is_not_charged_to_who_raised_it(void **state)
{
	(void)state;
	struct suspect s = judge(2, 1e6, 40, 1e6);
	assert_int_equal(s.answer, SUSPECT_RAISES);
	assert_float_equal(s.ratio.ratio, 20, 1e-9);
	assert_true(s.ratio.low > 4 && s.ratio.high < 200);
	s = judge(8, 1e6, 12, 1e6);
	assert_int_equal(s.answer, SUSPECT_NOT_SHOWN);
	s = judge(8, 1e6, 0, 1e6);
	assert_int_equal(s.answer, SUSPECT_NOT_SHOWN);
	s = judge(0, 1e6, 0, 1e6);
	assert_int_equal(s.answer, SUSPECT_OPEN);
	assert_int_equal(s.more_cell, 1);
	assert_string_equal(suspect_word(SUSPECT_RAISES), "raises");
}

/* Another mix of workloads is no effect of the suspect. */
static void strata_are_kept_apart(void **state)
{
	(void)state;
	const struct rate_cell cells[] = {
		{{10, 1e6, 3600}, {100, 1e7, 3600}}, {{0, 1e8, 3600}, {0, 1e5, 3600}}};
	struct suspect s;
	suspect_judge(cells, 2, &s);
	assert_int_equal(s.answer, SUSPECT_NOT_SHOWN);
	assert_float_equal(s.ratio.ratio, 1, 1e-9);
}

static void interaction_is_the_ratio_of_ratios(void **state)
{
	(void)state;
	struct suspect_cross x;
	/* [suspect][fix]: the fix takes away nine of ten everywhere, the suspect doubles */
	const struct rate_side own[2][2] = {
		{{400, 1e6, 0}, {40, 1e6, 0}}, {{800, 1e6, 0}, {80, 1e6, 0}}};
	assert_int_equal(suspect_cross(own, &x), 0);
	const double error = sqrt(1 / 400.0 + 1 / 40.0 + 1 / 800.0 + 1 / 80.0);
	assert_float_equal(log(x.interaction), 0, 0.02);
	assert_float_equal(log(x.high), 1.96 * error, 0.03);
	assert_float_equal(log(x.low), -1.96 * error, 0.03);
	assert_float_equal(x.less, 0.5, 0.02);
	assert_float_equal(x.rates[1][0].per_unit, 8e-4, 1e-12);
	/* the suspect alone brings it, the fix takes it away */
	const struct rate_side undone[2][2] = {
		{{3, 1e6, 0}, {3, 1e6, 0}}, {{90, 1e6, 0}, {3, 1e6, 0}}};
	assert_int_equal(suspect_cross(undone, &x), 0);
	assert_true(x.less > 0.99 && x.high < 1);
	/* never seen but with the suspect and without the fix: a wide answer, but one */
	const struct rate_side rare[2][2] = {
		{{0, 1e6, 0}, {0, 1e6, 0}}, {{5, 1e6, 0}, {0, 1e6, 0}}};
	assert_int_equal(suspect_cross(rare, &x), 0);
	assert_true(x.low < x.interaction && x.interaction < x.high && x.high > 1);
	const struct rate_side untried[2][2] = {
		{{0, 1e6, 0}, {0, 0, 0}}, {{5, 1e6, 0}, {0, 1e6, 0}}};
	assert_int_equal(suspect_cross(untried, &x), SUSPECT_UNKNOWN);
	const struct rate_side silent[2][2] = {{{0, 1, 0}, {0, 1, 0}}, {{0, 1, 0}, {0, 1, 0}}};
	assert_int_equal(suspect_cross(silent, &x), SUSPECT_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_without_it_is_cause_only_in_work_enough),
		cmocka_unit_test(an_older_defect_is_not_charged_to_who_raised_it),
		cmocka_unit_test(strata_are_kept_apart),
		cmocka_unit_test(interaction_is_the_ratio_of_ratios),
	};
	return cmocka_run_group_tests_name("stats/suspect", tests, NULL, NULL);
}
