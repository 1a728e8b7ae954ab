/* Real processes, none of which outlives its test. */
#include "runner/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/number.h"

#define MS 1000000LL

static int64_t in_ms(int64_t ms)
{
	return number_monotonic_ns() + ms * MS;
}

static int shell(const char *text, int64_t limit_ms, int *status, char **out)
{
	const char *const argv[] = {"sh", "-c", text, NULL};
	const struct process_spec spec = {.argv = argv};
	return process_capture(&spec, NULL, in_ms(limit_ms), 0, status, out);
}

static void exit_codes_and_signals_are_told_apart(void **state)
{
	(void)state;
	char *out = NULL;
	int status = -1;
	assert_int_equal(shell("echo said; exit 3", 10000, &status, &out), 0);
	assert_int_equal(status, 3);
	assert_string_equal(out, "said\n");
	free(out);
	assert_int_equal(shell("kill -9 $$", 10000, &status, &out), 0);
	assert_int_equal(status, PROCESS_SIGNALLED + SIGKILL);
	free(out);
}

static void a_missing_program_is_a_fault_with_its_reason(void **state)
{
	(void)state;
	const char *const argv[] = {"/nonexistent/qemu", NULL};
	const struct process_spec spec = {.argv = argv};
	struct process process;
	assert_int_equal(process_start(&spec, &process), -ENOENT);
	process_kill(&process);
}

/* The pipe's other end closes when the last process that holds it is gone. */
static void assert_gone(int reader)
{
	struct pollfd end = {.fd = reader, .events = POLLIN};
	char text[16];
	assert_int_equal(poll(&end, 1, 5000), 1);
	assert_int_equal(read(reader, text, sizeof(text)), 0);
	close(reader);
}

/* Runs a shell that has `writer` as descriptor 3, which is then closed here. */
static int shell_holding(const char *text, int64_t limit_ms, int *reader)
{
	int ends[2];
	int status = -1;
	assert_int_equal(pipe(ends), 0);
	const char *const argv[] = {"sh", "-c", text, NULL};
	const struct process_spec spec = {.argv = argv, .extra_fd = ends[1]};
	const int r = process_run(&spec, NULL, in_ms(limit_ms), &status);
	close(ends[1]);
	*reader = ends[0];
	return r;
}

static void the_time_limit_ends_the_whole_group(void **state)
{
	(void)state;
	int reader = -1;
	const int64_t begun_ns = number_monotonic_ns();
	assert_int_equal(shell_holding("sleep 100 & wait", 300, &reader), PROCESS_LATE);
	assert_true(number_monotonic_ns() - begun_ns < 5000 * MS);
	assert_gone(reader);
}

static void what_the_leader_leaves_behind_is_ended_too(void **state)
{
	(void)state;
	int reader = -1;
	assert_int_equal(shell_holding("sleep 100 & exit 0", 10000, &reader), 0);
	assert_gone(reader);
}

static void a_halt_ends_the_wait_at_once(void **state)
{
	(void)state;
	const char *const argv[] = {"sleep", "100", NULL};
	const struct process_spec spec = {.argv = argv};
	struct halt halt;
	int status;
	assert_int_equal(halt_init(&halt), 0);
	halt_set(&halt, HALT_CANCEL);
	assert_int_equal(process_run(&spec, &halt, in_ms(10000), &status), PROCESS_HALTED);
	halt_clear(&halt);
	assert_int_equal(halt_reason(&halt), HALT_NONE);
	halt_set(&halt, HALT_STOP);
	halt_set(&halt, HALT_CANCEL);
	halt_clear(&halt);
	assert_int_equal(halt_reason(&halt), HALT_STOP); /* stays, and still rings */
	assert_int_equal(process_run(&spec, &halt, in_ms(10000), &status), PROCESS_HALTED);
	halt_fini(&halt);
}

static void the_token_is_not_in_a_child_s_environment(void **state)
{
	(void)state;
	char *out = NULL;
	int status = -1;
	setenv("FAULTLINE_TOKEN", "fl_runner_secret", 1);
	setenv("GIT_DIR", "/somewhere", 1);
	assert_int_equal(shell("env", 10000, &status, &out), 0);
	assert_null(strstr(out, "fl_runner_secret"));
	assert_null(strstr(out, "GIT_DIR"));
	assert_non_null(strstr(out, "LC_ALL=C"));
	unsetenv("FAULTLINE_TOKEN");
	unsetenv("GIT_DIR");
	free(out);
}

static void no_descriptor_but_the_given_one_is_inherited(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0); /* without close-on-exec, as a library may leave them */
	const char *const argv[] = {"sh", "-c", "echo there >&3; ls /proc/self/fd | wc -l", NULL};
	const struct process_spec spec = {.argv = argv, .extra_fd = ends[1]};
	char *out = NULL;
	int status = -1;
	char text[16] = "";
	assert_int_equal(process_capture(&spec, NULL, in_ms(10000), 0, &status, &out), 0);
	assert_int_equal(read(ends[0], text, sizeof(text) - 1), 6);
	assert_string_equal(text, "there\n");
	assert_int_equal(strtol(out, NULL, 10), 5); /* 0, 1, 2, 3 and ls's own folder */
	close(ends[0]);
	close(ends[1]);
	free(out);
}

/* A child runner starts a process and is killed; the process must go with it. It holds the pipe's
 * only writing end. */
static void a_killed_runner_takes_its_processes_along(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	const pid_t runner = fork();
	if (runner == 0) {
		const char *const argv[] = {"sh", "-c", "echo up >&3; exec sleep 100", NULL};
		const struct process_spec spec = {
			.argv = argv, .extra_fd = ends[1], .death_signal = SIGKILL};
		struct process process;
		process_start(&spec, &process);
		close(ends[1]);
		pause();
		_exit(0);
	}
	close(ends[1]);
	char text[16];
	assert_int_equal(read(ends[0], text, sizeof(text)), 3);
	kill(runner, SIGKILL);
	waitpid(runner, NULL, 0);
	assert_gone(ends[0]);
}

static void the_sweep_finds_processes_by_their_mark(void **state)
{
	(void)state;
	setenv(PROCESS_MARK_STATE, "/process-test/state", 1);
	const char *const argv[] = {"sleep", "100", NULL};
	const struct process_spec spec = {.argv = argv};
	struct process process;
	int status = 0;
	assert_int_equal(process_start(&spec, &process), 0);
	assert_int_equal(process_sweep(PROCESS_MARK_STATE, "/process-test/stat"), 0);
	assert_int_equal(process_sweep(PROCESS_MARK_STATE, "/process-test/state"), 1);
	assert_int_equal(process_wait(&process, NULL, in_ms(10000), &status), 0);
	assert_int_equal(status, PROCESS_SIGNALLED + SIGKILL);
	unsetenv(PROCESS_MARK_STATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exit_codes_and_signals_are_told_apart),
		cmocka_unit_test(a_missing_program_is_a_fault_with_its_reason),
		cmocka_unit_test(the_time_limit_ends_the_whole_group),
		cmocka_unit_test(what_the_leader_leaves_behind_is_ended_too),
		cmocka_unit_test(a_halt_ends_the_wait_at_once),
		cmocka_unit_test(the_token_is_not_in_a_child_s_environment),
		cmocka_unit_test(no_descriptor_but_the_given_one_is_inherited),
		cmocka_unit_test(a_killed_runner_takes_its_processes_along),
		cmocka_unit_test(the_sweep_finds_processes_by_their_mark),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
