/* Programs that take more than they may, each child of them less than that: by a cgroup where this
 * machine lets us make one, and by looking everywhere. */
#include "runner/bounds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/process.h"
#include "runner/watch.h"
#include "shared/cleanup.h"
#include "shared/number.h"

enum { MB = 1 << 20, LIMIT_S = 50, GONE_LIMIT_MS = 20000, GROUPED_TESTS = 5 };

/* Each child holds 8 MB. */
static const char many_that_hold[] =
	"for i in 1 2 3 4 5 6 7 8; do (head -c 8M /dev/zero | tail -c 8M | sleep 1000) & done; "
	"wait";
static const char many[] = "i=0; while [ $i -lt 100 ]; do sleep 1000 & i=$((i + 1)); done; wait";

static struct bounds watched, grouped;

static int64_t limit_ns(void)
{
	return number_monotonic_ns() + LIMIT_S * 1000000000LL;
}

/* How it ends; its pipe's other end closes when the last that came of it is gone. */
static int shell_ends(void **state, const char *text, int *status)
{
	int ends[2];
	char byte;
	assert_int_equal(pipe(ends), 0);
	const char *const argv[] = {"sh", "-c", text, NULL};
	const struct process_spec spec = {.argv = argv, .extra_fd = ends[1], .bounds = *state};
	const int r = process_run(&spec, NULL, limit_ns(), status);
	close(ends[1]);
	struct pollfd end = {.fd = ends[0], .events = POLLIN};
	assert_int_equal(poll(&end, 1, GONE_LIMIT_MS), 1);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	close(ends[0]);
	return r;
}

static void what_stays_within_bounds_is_left_alone(void **state)
{
	int status = -1;
	assert_int_equal(
		shell_ends(state, "head -c 8M /dev/zero | tail -c 8M >/dev/null; exit 3", &status),
		0);
	assert_int_equal(status, 3);
}

static void children_that_take_too_much_memory_together_are_ended(void **state)
{
	int status = 0;
	assert_int_equal(shell_ends(state, many_that_hold, &status), PROCESS_MEMORY);
	assert_non_null(process_passed(PROCESS_MEMORY));
}

static void too_many_children_are_ended(void **state)
{
	int status = 0;
	assert_int_equal(shell_ends(state, many, &status), PROCESS_TASKS);
	assert_non_null(process_passed(PROCESS_TASKS));
}

/* What has left its group and its parent stays in its cgroup. */
static void what_slips_away_ends_with_the_rest(void **state)
{
	int status = -1;
	assert_int_equal(shell_ends(state, "setsid -f sleep 1000", &status), 0);
	assert_int_equal(status, 0);
}

static void a_group_is_gone_when_its_program_is(void **state)
{
	int status = -1;
	const struct bounds *bounds = *state;
	struct cgroup group;
	assert_int_equal(cgroup_new(&bounds->home, &bounds->limits, &group), 0);
	_free_ char *folder = strdup(group.folders[CGROUP_MEMORY]);
	assert_int_equal(access(folder, F_OK), 0);
	cgroup_free(&group);
	assert_int_equal(access(folder, F_OK), -1);
	assert_int_equal(shell_ends(state, "exit 0", &status), 0);
}

static void the_family_of_a_process_is_counted(void **state)
{
	(void)state;
	const char *const argv[] = {"sh", "-c", "sleep 1000 & (sleep 1000; :) & wait", NULL};
	const struct process_spec spec = {.argv = argv};
	struct process process;
	struct watch seen = {0};
	assert_int_equal(process_start(&spec, &process), 0);
	for (const int64_t until_ns = limit_ns();
		seen.tasks != 4 && number_monotonic_ns() < until_ns;) {
		assert_int_equal(watch_family(process.pid, &seen), 0);
	}
	assert_int_equal(seen.tasks, 4);
	assert_true(seen.memory_bytes > 0);
	watch_kill(process.pid);
	process_kill(&process);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_family_of_a_process_is_counted),
		cmocka_unit_test_prestate(what_stays_within_bounds_is_left_alone, &watched),
		cmocka_unit_test_prestate(
			children_that_take_too_much_memory_together_are_ended, &watched),
		cmocka_unit_test_prestate(too_many_children_are_ended, &watched),
		cmocka_unit_test_prestate(what_stays_within_bounds_is_left_alone, &grouped),
		cmocka_unit_test_prestate(
			children_that_take_too_much_memory_together_are_ended, &grouped),
		cmocka_unit_test_prestate(too_many_children_are_ended, &grouped),
		cmocka_unit_test_prestate(what_slips_away_ends_with_the_rest, &grouped),
		cmocka_unit_test_prestate(a_group_is_gone_when_its_program_is, &grouped),
	};
	const size_t n = sizeof(tests) / sizeof(tests[0]);
	watched.limits = grouped.limits =
		(struct cgroup_limits){.memory_bytes = 40 * MB, .tasks = 60};
	grouped.is_by_cgroup = cgroup_settle(&grouped.home) == 0;
	if (!grouped.is_by_cgroup) {
		fputs("# no cgroup may be made here: five tests are left out\n", stderr);
	}
	const int failed = _cmocka_run_group_tests(
		"tests", tests, grouped.is_by_cgroup ? n : n - GROUPED_TESTS, NULL, NULL);
	bounds_fini(&grouped);
	return failed;
}
