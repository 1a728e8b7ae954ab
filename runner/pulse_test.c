/* What systemd hears, through a socket as it has it. */
#include "runner/pulse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "runner/halt.h"
#include "runner/process.h"
#include "shared/number.h"

static const int64_t hour_ns = 3600 * 1000000000LL;
static char folder[] = "/tmp/pulse-test.XXXXXX";
static int ear = -1;

static int listen_in(void **state)
{
	(void)state;
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(name.sun_path, sizeof(name.sun_path), "%s/socket", folder);
	ear = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	setenv("NOTIFY_SOCKET", name.sun_path, 1);
	unsetenv("WATCHDOG_PID");
	return bind(ear, (struct sockaddr *)&name, sizeof(name));
}

static int stop(void **state)
{
	(void)state;
	char path[sizeof(folder) + 8];
	snprintf(path, sizeof(path), "%s/socket", folder);
	close(ear);
	unlink(path);
	return rmdir(folder);
}

/* How many words came since it was asked last. */
static int heard(void)
{
	char text[64];
	int words = 0;
	for (ssize_t n = recv(ear, text, sizeof(text), 0); n >= 0;
		n = recv(ear, text, sizeof(text), 0)) {
		assert_int_equal(n, strlen("WATCHDOG=1"));
		assert_memory_equal(text, "WATCHDOG=1", (size_t)n);
		words++;
	}
	return words;
}

/* Due at once, and not again while the test lasts. */
static struct pulse hourly(void)
{
	return (struct pulse){.period_ns = hour_ns, .told_ns = number_monotonic_ns() - hour_ns};
}

static void nobody_is_told_where_nobody_watches(void **state)
{
	(void)state;
	struct pulse pulse;
	unsetenv("WATCHDOG_USEC");
	pulse_init(&pulse);
	pulse_pass(&pulse, PULSE_JOB);
	assert_int_equal(heard(), 0);
	setenv("WATCHDOG_USEC", "300000", 1);
	pulse_init(&pulse);
	assert_int_equal(pulse.period_ns, 100000000);
	pulse_pass(&pulse, PULSE_JOB);
	assert_int_equal(heard(), 1);
}

static void it_is_told_once_in_a_period(void **state)
{
	(void)state;
	struct pulse pulse = hourly();
	pulse_pass(&pulse, PULSE_COURIER);
	pulse_pass(&pulse, PULSE_JOB);
	pulse_pass(&pulse, PULSE_COURIER);
	assert_int_equal(heard(), 1);
}

static void a_thread_that_hangs_silences_the_other(void **state)
{
	(void)state;
	struct pulse pulse = hourly();
	pulse.seen_ns[PULSE_COURIER] = number_monotonic_ns() - 4 * hour_ns;
	pulse_pass(&pulse, PULSE_JOB);
	assert_int_equal(heard(), 0);
	pulse_pass(&pulse, PULSE_COURIER);
	assert_int_equal(heard(), 1);
}

static void a_thread_that_rests_is_not_waited_for(void **state)
{
	(void)state;
	struct pulse pulse = hourly();
	pulse.seen_ns[PULSE_COURIER] = number_monotonic_ns() - 4 * hour_ns;
	pulse_rest(&pulse, PULSE_COURIER);
	pulse_pass(&pulse, PULSE_JOB);
	assert_int_equal(heard(), 1);
}

static void who_waits_for_a_halt_or_a_process_comes_by(void **state)
{
	(void)state;
	const char *const argv[] = {"true", NULL};
	const struct process_spec spec = {.argv = argv};
	struct pulse pulse = hourly();
	struct halt halt = {0};
	int status = -1;
	assert_int_equal(halt_init(&halt), 0);
	halt_watch(&halt, &pulse, PULSE_JOB);
	assert_false(halt_wait(&halt, 1));
	assert_int_equal(heard(), 1);
	pulse = hourly();
	assert_int_equal(process_run(&spec, &halt, number_monotonic_ns() + hour_ns, &status), 0);
	assert_int_equal(heard(), 1);
	pulse.period_ns = 2000000;
	assert_int_equal(halt_slice_ms(&halt, 60000), 2);
	assert_int_equal(halt_slice_ms(&halt, 1), 1);
	assert_int_equal(halt_slice_ms(NULL, 60000), 60000);
	halt_fini(&halt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_is_told_where_nobody_watches),
		cmocka_unit_test(it_is_told_once_in_a_period),
		cmocka_unit_test(a_thread_that_hangs_silences_the_other),
		cmocka_unit_test(a_thread_that_rests_is_not_waited_for),
		cmocka_unit_test(who_waits_for_a_halt_or_a_process_comes_by),
	};
	return cmocka_run_group_tests(tests, listen_in, stop);
}
