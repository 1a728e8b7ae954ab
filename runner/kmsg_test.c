/* Records of /dev/kmsg as a console shows them. */
#include "runner/kmsg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static char lines[KMSG_LINES_MAX];

static void check(const char *record, const char *wanted)
{
	const size_t n = kmsg_lines(record, lines, sizeof(lines));
	assert_int_equal(n, strlen(wanted));
	assert_memory_equal(lines, wanted, n);
}

static void a_record_is_stamped_as_printk_does_it(void **state)
{
	(void)state;
	check("6,339,5140900,-;NET: Registered protocol family 10\n SUBSYSTEM=net\n",
		"[    5.140900] NET: Registered protocol family 10\n");
	check("4,1,123456789012,c;x;y\n", "[123456.789012] x;y\n");
	check("6,1,0,-;\n", "");
}

static void each_line_within_a_record_has_its_stamp(void **state)
{
	(void)state;
	check("4,1,1000001,-;one\\x0atwo \\x5c \\xzz\n",
		"[    1.000001] one\n[    1.000001] two \\ \\xzz\n");
}

static void what_is_no_record_gives_nothing(void **state)
{
	(void)state;
	check("", "");
	check("no record", "");
	check("x,y,z,-;text\n", "");
}

static void the_longest_record_of_empty_lines_fits(void **state)
{
	(void)state;
	static char record[KMSG_RECORD_MAX + 1];
	memcpy(record, "6,1,999999999999,-;", 20);
	for (size_t n = strlen(record); n + 4 < sizeof(record); n += 4) {
		memcpy(record + n, "\\x0a", 5);
	}
	const size_t n = kmsg_lines(record, lines, sizeof(lines));
	assert_true(n > 16 * (KMSG_RECORD_MAX / 4 - 8));
	assert_int_equal(lines[n - 1], '\n');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_stamped_as_printk_does_it),
		cmocka_unit_test(each_line_within_a_record_has_its_stamp),
		cmocka_unit_test(what_is_no_record_gives_nothing),
		cmocka_unit_test(the_longest_record_of_empty_lines_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
