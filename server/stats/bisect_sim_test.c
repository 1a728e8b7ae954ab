/* The simulated searches at a few histories: what `make soak` shows of a thousand each. */
#include "stats/bisect_sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { HISTORIES = 40, MANY = 150 };

static void a_sure_failure_costs_what_git_bisect_does(void **state)
{
	(void)state;
	struct sim_result r[SIM_METHODS];
	for (int is_merged = 0; is_merged < 2; is_merged++) {
		const struct sim_setting sure = {.is_merged = is_merged == 1, .fails = 1};
		sim_run(&sure, HISTORIES, 1, r);
		assert_int_equal(r[SIM_OURS].right, HISTORIES);
		assert_int_equal(r[SIM_GIT].right, HISTORIES);
		assert_true(r[SIM_OURS].attempts <= r[SIM_GIT].attempts + 2);
		assert_true(r[SIM_OURS].rounds[0] >= 2.5 * r[SIM_OURS].rounds[2]);
	}
}

static void an_unsure_one_costs_less_and_is_right(void **state)
{
	(void)state;
	struct sim_result r[SIM_METHODS];
	const struct sim_setting half = {.fails = 0.5, .is_alone = true};
	sim_run(&half, MANY, 1, r);
	assert_true(r[SIM_OURS].right >= MANY - 3);
	assert_true(r[SIM_OURS].attempts <= 0.72 * r[SIM_GIT].attempts);
	assert_true(r[SIM_OURS].attempts <= 0.45 * r[SIM_REPEATS].attempts);
	assert_true(r[SIM_TEN].attempts > r[SIM_GIT].attempts);
}

static void noise_and_misleading_paths_do_not_mislead(void **state)
{
	(void)state;
	struct sim_result r[SIM_METHODS];
	const struct sim_setting noisy = {
		.fails = 0.5, .background = 0.025, .is_merged = true, .is_alone = true};
	sim_run(&noisy, HISTORIES, 1, r);
	assert_true(r[SIM_OURS].right >= HISTORIES - 1);
	assert_true(r[SIM_GIT].right < HISTORIES - 4);
	const struct sim_setting misled = {
		.fails = 0.5, .is_misled = true, .is_varying = true, .is_alone = true};
	sim_run(&misled, HISTORIES, 1, r);
	assert_true(r[SIM_OURS].right >= HISTORIES - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sure_failure_costs_what_git_bisect_does),
		cmocka_unit_test(an_unsure_one_costs_less_and_is_right),
		cmocka_unit_test(noise_and_misleading_paths_do_not_mislead),
	};
	return cmocka_run_group_tests_name("stats/bisect_sim", tests, NULL, NULL);
}
