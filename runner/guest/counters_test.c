/* Counters come from the kernel: whatever it has, in its order; what it lacks is unknown, never 0.
 */
#include "counters.h"
#include "report.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char path[64];
	struct counters counters;
	struct report report;
};

/* In place, as proc does: the reader keeps its descriptor. */
static void vmstat_is(const struct fixture *f, const char *text)
{
	const int fd = open(f->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int set_up(void **state)
{
	static struct fixture f;
	memset(&f, 0, sizeof(f));
	report_init(&f.report);
	snprintf(f.path, sizeof(f.path), "/tmp/counters_test.XXXXXX");
	const int fd = mkstemp(f.path);
	*state = &f;
	return fd < 0 || close(fd) < 0;
}

static int tear_down(void **state)
{
	const struct fixture *f = *state;
	close(f->counters.fd);
	return unlink(f->path);
}

static void names_and_values_keep_the_kernels_order(void **state)
{
	struct fixture *f = *state;
	vmstat_is(f, "nr_free_pages 7\npgmigrate_success 18446744073\npgmigrate_fail 3\n");
	assert_int_equal(counters_open(&f->counters, f->path, &f->report), 0);
	assert_int_equal(f->counters.count, 3);
	assert_string_equal(f->counters.names[0], "nr_free_pages");
	assert_string_equal(f->counters.names[2], "pgmigrate_fail");
	assert_int_equal(f->counters.values[0], 7);
	assert_int_equal(f->counters.watched[COUNTER_MIGRATED], 18446744073);
	assert_int_equal(f->counters.watched[COUNTER_FAILED], 3);
}

static void a_counter_that_fell_below_nothing_is_unknown(void **state)
{
	struct fixture *f = *state;
	vmstat_is(f, "nr_dirtied 18446744073709551615\npgmigrate_success 9\npgmigrate_fail 3\n");
	assert_int_equal(counters_open(&f->counters, f->path, &f->report), 0);
	assert_int_equal(f->counters.values[0], COUNTER_UNKNOWN);
	assert_int_equal(f->counters.watched[COUNTER_MIGRATED], 9);
}

static void a_second_reading_has_the_new_values(void **state)
{
	struct fixture *f = *state;
	vmstat_is(f, "pgmigrate_success 9\npgmigrate_fail 0\n");
	assert_int_equal(counters_open(&f->counters, f->path, &f->report), 0);
	vmstat_is(f, "pgmigrate_success 10\npgmigrate_fail 1\n");
	assert_int_equal(counters_read(&f->counters, &f->report), 0);
	assert_int_equal(f->counters.watched[COUNTER_MIGRATED], 10);
	assert_int_equal(f->counters.watched[COUNTER_FAILED], 1);
}

static void a_counter_that_the_kernel_lacks_is_unknown(void **state)
{
	struct fixture *f = *state;
	vmstat_is(f, "nr_free_pages 7\npgmigrate_success_total 5\n");
	assert_int_equal(counters_open(&f->counters, f->path, &f->report), 0);
	assert_int_equal(f->counters.watched[COUNTER_MIGRATED], COUNTER_UNKNOWN);
	assert_int_equal(f->counters.watched[COUNTER_FAILED], COUNTER_UNKNOWN);
}

static void a_counter_that_vanishes_is_unknown_and_the_next_are_right(void **state)
{
	struct fixture *f = *state;
	vmstat_is(f, "a 1\npgmigrate_success 2\npgmigrate_fail 3\n");
	assert_int_equal(counters_open(&f->counters, f->path, &f->report), 0);
	vmstat_is(f, "a 4\npgmigrate_fail 5\n");
	assert_int_equal(counters_read(&f->counters, &f->report), 0);
	assert_int_equal(f->counters.values[0], 4);
	assert_int_equal(f->counters.watched[COUNTER_MIGRATED], COUNTER_UNKNOWN);
	assert_int_equal(f->counters.watched[COUNTER_FAILED], 5);
}

static void text_that_is_no_vmstat_is_a_fault(void **state)
{
	struct fixture *f = *state;
	vmstat_is(f, "nonsense\n");
	assert_true(counters_open(&f->counters, f->path, &f->report) < 0);
	assert_non_null(strstr(f->report.fault, "nonsense"));
}

static void this_machines_own_vmstat_is_understood(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(counters_open(&f->counters, "/proc/vmstat", &f->report), 0);
	assert_true(f->counters.count > 20);
	for (size_t i = 0; i < f->counters.count; i++) {
		assert_true(f->counters.values[i] >= 0);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(names_and_values_keep_the_kernels_order),
		TEST(a_counter_that_fell_below_nothing_is_unknown),
		TEST(a_second_reading_has_the_new_values),
		TEST(a_counter_that_the_kernel_lacks_is_unknown),
		TEST(a_counter_that_vanishes_is_unknown_and_the_next_are_right),
		TEST(text_that_is_no_vmstat_is_a_fault),
		TEST(this_machines_own_vmstat_is_understood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
