/* Lines as QEMU 7.2 sends them. */
#include "runner/qmp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct qmp qmp;

static void take(const char *text)
{
	qmp_take(&qmp, text, (int)strlen(text));
}

static void an_event_between_command_and_reply_is_no_reply(void **state)
{
	(void)state;
	memset(&qmp, 0, sizeof(qmp));
	take("{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22}}, \"capabilities\": [\"oob\"]}}");
	assert_false(qmp.is_ready);
	take("{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"RESUME\"}");
	assert_false(qmp.is_ready);
	take("{\"return\": {}, \"id\": 7}");
	assert_false(qmp.is_ready);
	take("{\"return\": {}, \"id\": 1}");
	assert_true(qmp.is_ready);
}

static void ways_to_end_are_told_apart(void **state)
{
	(void)state;
	static const struct {
		const char *reason;
		enum qmp_shutdown shutdown;
	} rows[] = {{"guest-shutdown", QMP_POWEROFF}, {"guest-reset", QMP_RESET},
		{"guest-panic", QMP_RESET}, {"host-signal", QMP_KILLED},
		{"host-qmp-quit", QMP_KILLED}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[200];
		memset(&qmp, 0, sizeof(qmp));
		snprintf(line, sizeof(line),
			"{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true, \"reason\": "
			"\"%s\"}}",
			rows[i].reason);
		take(line);
		assert_int_equal(qmp.shutdown, rows[i].shutdown);
		assert_false(qmp.is_panicked);
	}
}

static void a_panic_is_seen(void **state)
{
	(void)state;
	memset(&qmp, 0, sizeof(qmp));
	take("{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": "
	     "\"GUEST_PANICKED\", \"data\": {\"action\": \"run\"}}");
	assert_true(qmp.is_panicked);
	assert_int_equal(qmp.shutdown, QMP_RUNNING);
}

static void nonsense_is_skipped(void **state)
{
	(void)state;
	memset(&qmp, 0, sizeof(qmp));
	take("");
	take("{");
	take("[1, 2]");
	take("{\"event\": 5}");
	take("{\"event\": \"SHUTDOWN\", \"data\": 3}");
	assert_int_equal(qmp.shutdown, QMP_RESET); /* no reason given: not a clean end */
	assert_false(qmp.is_ready);
}

static void lines_in_pieces_are_put_together(void **state)
{
	(void)state;
	int theirs = -1;
	static const char first[] = "{\"return\": {}, \"i";
	static const char second[] = "d\": 1}\r\n{\"event\": \"GUEST_PANICKED\"}\r\n";
	char hello[100] = "";
	assert_int_equal(qmp_init(&qmp, &theirs), 0);
	assert_true(read(theirs, hello, sizeof(hello) - 1) > 0);
	assert_non_null(strstr(hello, "qmp_capabilities"));
	assert_true(write(theirs, first, sizeof(first) - 1) > 0);
	assert_int_equal(qmp_read(&qmp), 0);
	assert_false(qmp.is_ready);
	assert_true(write(theirs, second, sizeof(second) - 1) > 0);
	assert_int_equal(qmp_read(&qmp), 0);
	assert_true(qmp.is_ready);
	assert_true(qmp.is_panicked);
	close(theirs);
	assert_int_equal(qmp_read(&qmp), 0);
	assert_int_equal(qmp.fd, -1);
}

static void a_line_without_end_does_not_grow(void **state)
{
	(void)state;
	int theirs = -1;
	static char block[QMP_LINE_MAX / 4];
	memset(block, 'x', sizeof(block));
	assert_int_equal(qmp_init(&qmp, &theirs), 0);
	for (int i = 0; i < 9; i++) {
		assert_int_equal(write(theirs, block, sizeof(block)), sizeof(block));
		assert_int_equal(qmp_read(&qmp), 0);
		assert_true(qmp.line_size < QMP_LINE_MAX);
	}
	close(theirs);
	qmp_fini(&qmp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_between_command_and_reply_is_no_reply),
		cmocka_unit_test(ways_to_end_are_told_apart),
		cmocka_unit_test(a_panic_is_seen),
		cmocka_unit_test(nonsense_is_skipped),
		cmocka_unit_test(lines_in_pieces_are_put_together),
		cmocka_unit_test(a_line_without_end_does_not_grow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
