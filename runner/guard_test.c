/* Real processes, none of which outlives its test. */
#include "runner/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/process.h"

enum { GONE_LIMIT_MS = 20000 };

/* A process that does not die with its parent; it alone holds `writer` once that has said so. */
static void start_stubborn(int writer)
{
	const char *const argv[] = {"setpriv", "--pdeathsig", "clear", "sh", "-c",
		"echo up >&3; exec sleep 1000", NULL};
	const struct process_spec spec = {.argv = argv, .extra_fd = writer};
	struct process process;
	process_start(&spec, &process);
}

/* A runner of its own process: it starts its guard and something stubborn. */
static pid_t start_runner(int *reader, void (*then)(struct guard *guard))
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	const pid_t runner = fork();
	if (runner == 0) {
		struct guard guard;
		close(ends[0]);
		if (guard_start(&guard) == 0) {
			start_stubborn(ends[1]);
		}
		close(ends[1]);
		then(&guard);
		_exit(0);
	}
	close(ends[1]);
	*reader = ends[0];
	return runner;
}

/* The pipe's other end closes when the last process that holds it is gone. */
static void assert_gone(int reader)
{
	struct pollfd end = {.fd = reader, .events = POLLIN};
	char text[16];
	do {
		assert_int_equal(poll(&end, 1, GONE_LIMIT_MS), 1);
	} while (read(reader, text, sizeof(text)) > 0);
	close(reader);
}

static void kill_once_it_is_up(pid_t runner, int reader)
{
	char text[16];
	assert_int_equal(read(reader, text, sizeof(text)), 3);
	kill(runner, SIGKILL);
	waitpid(runner, NULL, 0);
}

static void wait_to_be_killed(struct guard *guard)
{
	(void)guard;
	for (;;) {
		pause();
	}
}

static void what_outlives_a_killed_runner_is_ended(void **state)
{
	(void)state;
	int reader;
	const pid_t runner = start_runner(&reader, wait_to_be_killed);
	kill_once_it_is_up(runner, reader);
	assert_gone(reader);
}

static void a_runner_that_ends_in_order_leaves_nothing(void **state)
{
	(void)state;
	int reader;
	const pid_t runner = start_runner(&reader, guard_end);
	waitpid(runner, NULL, 0);
	assert_gone(reader);
}

static void two_runners_do_not_end_each_other_s_processes(void **state)
{
	(void)state;
	int first, second;
	const pid_t one = start_runner(&first, wait_to_be_killed);
	const pid_t other = start_runner(&second, wait_to_be_killed);
	char text[16];
	assert_int_equal(read(second, text, sizeof(text)), 3);
	kill_once_it_is_up(one, first);
	assert_gone(first);
	struct pollfd end = {.fd = second, .events = POLLIN};
	assert_int_equal(poll(&end, 1, 0), 0);
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	assert_gone(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_outlives_a_killed_runner_is_ended),
		cmocka_unit_test(a_runner_that_ends_in_order_leaves_nothing),
		cmocka_unit_test(two_runners_do_not_end_each_other_s_processes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
