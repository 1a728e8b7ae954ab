/* Every line that the guest sends is one line of valid JSON, read back here by the library that the
 * runner and the server use. */
#include "report.h"
#include "counters.h"

#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	int ends[2]; /* a pipe in the port's place */
	struct report report;
	struct counters counters;
};

static int set_up(void **state)
{
	static struct fixture f;
	memset(&f, 0, sizeof(f));
	report_init(&f.report);
	*state = &f;
	const int r = pipe2(f.ends, O_CLOEXEC | O_NONBLOCK);
	f.report.fd = f.ends[1];
	return r;
}

static int tear_down(void **state)
{
	const struct fixture *f = *state;
	close(f->ends[1]);
	return close(f->ends[0]);
}

/* What came through, parsed; the caller's. */
static json_t *received(const struct fixture *f)
{
	static char text[LINE_MAX_BYTES + 1];
	const ssize_t got = read(f->ends[0], text, sizeof(text) - 1);
	assert_true(got > 0);
	assert_int_equal(text[got - 1], '\n');
	assert_null(memchr(text, '\n', (size_t)got - 1));
	json_t *line = json_loadb(text, (size_t)got, 0, NULL);
	assert_non_null(line);
	return line;
}

static void hello_tells_what_boots(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(report_hello(&f->report), 0);
	json_t *line = received(f);
	assert_string_equal(json_string_value(json_object_get(line, "type")), "hello");
	assert_int_equal(json_integer_value(json_object_get(line, "version")), 1);
	assert_int_equal(json_string_length(json_object_get(line, "boot_id")), 36);
	assert_true(json_integer_value(json_object_get(line, "nodes")) >= 1);
	assert_true(json_integer_value(json_object_get(line, "memory_bytes")) > 0);
	json_decref(line);
}

static void an_unknown_counter_is_null(void **state)
{
	struct fixture *f = *state;
	f->counters.watched[COUNTER_MIGRATED] = 12;
	f->counters.watched[COUNTER_FAILED] = COUNTER_UNKNOWN;
	assert_int_equal(report_sample(&f->report, &f->counters, 5), 0);
	json_t *line = received(f);
	assert_int_equal(json_integer_value(json_object_get(line, "t")), 5);
	const json_t *v = json_object_get(line, "v");
	assert_int_equal(json_integer_value(json_array_get(v, 0)), 12);
	assert_true(json_is_null(json_array_get(v, 1)));
	json_decref(line);
}

static void vmstat_has_a_value_for_each_key(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(counters_open(&f->counters, "/proc/vmstat", &f->report), 0);
	assert_int_equal(report_keys(&f->report, &f->counters), 0);
	json_t *keys = received(f);
	assert_int_equal(report_vmstat(&f->report, &f->counters, 1), 0);
	json_t *values = received(f);
	assert_int_equal(json_array_size(json_object_get(keys, "keys")), f->counters.count);
	assert_int_equal(json_array_size(json_object_get(values, "v")), f->counters.count);
	close(f->counters.fd);
	json_decref(keys);
	json_decref(values);
}

static void the_result_holds_the_first_fault_whatever_its_bytes(void **state)
{
	struct fixture *f = *state;
	report_fault(&f->report, "cannot open '\"a\\b\n\xff'");
	report_fault(&f->report, "a consequence");
	assert_int_equal(report_result(&f->report), 0);
	json_t *line = received(f);
	assert_string_equal(json_string_value(json_object_get(line, "status")), "error");
	assert_string_equal(json_string_value(json_object_get(line, "detail")),
		"cannot open '\"a\\b?"
		"?'");
	json_decref(line);
}

static void a_result_without_fault_is_done(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(report_result(&f->report), 0);
	json_t *line = received(f);
	assert_string_equal(json_string_value(json_object_get(line, "status")), "done");
	assert_null(json_object_get(line, "ended_by"));
	json_decref(line);
}

static void the_result_says_what_ended_the_workload(void **state)
{
	struct fixture *f = *state;
	f->report.ended_by = "migrations";
	assert_int_equal(report_result(&f->report), 0);
	json_t *line = received(f);
	assert_string_equal(json_string_value(json_object_get(line, "ended_by")), "migrations");
	json_decref(line);
}

static void a_line_that_does_not_fit_is_a_fault(void **state)
{
	struct fixture *f = *state;
	f->counters.count = COUNTERS_MAX;
	static char name[LINE_MAX_BYTES / COUNTERS_MAX + 1];
	memset(name, 'x', sizeof(name) - 1);
	for (size_t i = 0; i < COUNTERS_MAX; i++) {
		f->counters.names[i] = name;
	}
	assert_true(report_keys(&f->report, &f->counters) < 0);
	assert_int_equal(read(f->ends[0], name, 1), -1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(hello_tells_what_boots),
		TEST(an_unknown_counter_is_null),
		TEST(vmstat_has_a_value_for_each_key),
		TEST(the_result_holds_the_first_fault_whatever_its_bytes),
		TEST(a_result_without_fault_is_done),
		TEST(the_result_says_what_ended_the_workload),
		TEST(a_line_that_does_not_fit_is_a_fault),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
