/* The runner's orders as init gets them. */
#include "orders.h"
#include "report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS_MAX = 32 };

/* `words` is what stands behind `--`, ended by NULL. */
static int read_orders(struct orders *orders, struct report *report, const char *const *words)
{
	char *argv[WORDS_MAX] = {(char *)"/init"};
	int argc = 1;
	for (; words[argc - 1] != NULL; argc++) {
		argv[argc] = (char *)words[argc - 1];
	}
	report_init(report);
	return orders_read(orders, argc, argv, report);
}

#define READ(orders, report, ...)                                                                  \
	read_orders(orders, report, (const char *const[]){__VA_ARGS__, NULL})

static void a_whole_order_is_read(void **state)
{
	(void)state;
	struct orders orders;
	static struct report report;
	assert_int_equal(READ(&orders, &report, "fs=xfs", "mount=rw,noatime",
				 "workload=migrate-hot", "program=/usr/bin/x", "progress=pipe",
				 "root=1", "seconds=10", "migrations=5000000000", "args=-r,0,-R,2",
				 "disk=/spool/disk.img", "folder=/spool/mnt", "samples=3"),
		0);
	assert_string_equal(orders.disk, "/spool/disk.img");
	assert_string_equal(orders.folder, "/spool/mnt");
	assert_int_equal(orders.samples, 3);
	assert_string_equal(orders.fs, "xfs");
	assert_string_equal(orders.mount, "rw,noatime");
	assert_string_equal(orders.workload, "migrate-hot");
	assert_string_equal(orders.program, "/usr/bin/x");
	assert_true(orders.has_pipe);
	assert_true(orders.has_root);
	assert_int_equal(orders.seconds, 10);
	assert_int_equal(orders.migrations, 5000000000);
	assert_string_equal(orders.args[0], "-r");
	assert_string_equal(orders.args[3], "2");
	assert_null(orders.args[4]);
}

static void what_may_be_left_out_has_a_default(void **state)
{
	(void)state;
	struct orders orders;
	static struct report report;
	assert_int_equal(READ(&orders, &report, "fs=xfs", "workload=x", "seconds=1"), 0);
	assert_string_equal(orders.program, "/workloads/x");
	assert_string_equal(orders.mount, "");
	assert_string_equal(orders.disk, "/dev/vda");
	assert_string_equal(orders.folder, "/mnt");
	assert_int_equal(orders.samples, 0);
	assert_int_equal(orders.migrations, 0);
	assert_false(orders.has_pipe);
	assert_false(orders.has_root);
	assert_null(orders.args[0]);
}

static void boot_options_that_the_kernel_did_not_know_are_left(void **state)
{
	(void)state;
	struct orders orders;
	static struct report report;
	assert_int_equal(
		READ(&orders, &report, "quietly", "x=1", "fs=xfs", "workload=x", "seconds=1"), 0);
	assert_string_equal(report.fault, "");
}

static void a_bad_value_is_named(void **state)
{
	(void)state;
	struct orders orders;
	static struct report report;
	static const char *const bad[] = {"seconds=0", "seconds=", "seconds=1x", "seconds=86401",
		"seconds=-1", "progress=never", "samples=2", "root=2"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_true(READ(&orders, &report, "fs=xfs", "workload=x", bad[i]) < 0);
		assert_non_null(strstr(report.fault, bad[i]));
	}
}

static void orders_without_a_workload_are_refused(void **state)
{
	(void)state;
	struct orders orders;
	static struct report report;
	assert_true(READ(&orders, &report, "fs=xfs", "seconds=1") < 0);
	assert_non_null(strstr(report.fault, "workload="));
}

static void more_arguments_than_fit_are_refused(void **state)
{
	(void)state;
	struct orders orders;
	static struct report report;
	char args[5 + 2 * (ORDERS_ARGS_MAX + 1) + 1] = "args=";
	for (int i = 0; i <= ORDERS_ARGS_MAX; i++) {
		memcpy(args + 5 + 2 * i, "a,", 3);
	}
	assert_true(READ(&orders, &report, "fs=xfs", "workload=x", "seconds=1", args) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_order_is_read),
		cmocka_unit_test(what_may_be_left_out_has_a_default),
		cmocka_unit_test(boot_options_that_the_kernel_did_not_know_are_left),
		cmocka_unit_test(a_bad_value_is_named),
		cmocka_unit_test(orders_without_a_workload_are_refused),
		cmocka_unit_test(more_arguments_than_fit_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
