/* Where texts are cut. */
#include "shared/cut.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void no_character_is_torn(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t max, wanted;
	} rows[] = {
		{"", 5, 0},
		{"abc", 5, 3},
		{"abc", 3, 3},
		{"abcd", 3, 3},
		{"gr\303\274n", 4, 4},
		{"gr\303\274n", 3, 2},
		{"a\342\200\230b", 4, 4},
		{"a\342\200\230b", 3, 1},
		{"a\342\200\230b", 2, 1},
		{"ab\360\237\222\245", 5, 2},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(cut_size(rows[i].text, rows[i].max), rows[i].wanted);
	}
}

static void what_is_no_utf8_is_cut_all_the_same(void **state)
{
	(void)state;
	assert_int_equal(cut_size("\200\200\200\200\200\200", 5), 5);
	assert_int_equal(cut_size("a\200\200\200\200\200", 5), 5);
	assert_int_equal(cut_size("\200\200\200", 2), 2);
	assert_int_equal(cut_size("\303\274", 1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_character_is_torn),
		cmocka_unit_test(what_is_no_utf8_is_cut_all_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
