/* What a console's bytes look like as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "store/utf8.h"
#include "shared/cleanup.h"

struct sample {
	const char *bytes;
	size_t size;
	const char *wanted;
};

#define BYTES(text) text, sizeof(text) - 1

static const struct sample samples[] = {
	{BYTES("[    1.0] plain\ttab"), "[    1.0] plain\ttab"},
	{BYTES("a\r\nb"), "a\nb"},
	{BYTES("a\0b"), "ab"},
	{BYTES("\x1b[1;31mred\x1b[0m"), "red"},
	{BYTES("\x1b[2J\x1b[?25hx"), "x"},
	{BYTES("cut \x1b["), "cut "},
	{BYTES("cut \x1b"), "cut "},
	{BYTES("\x1b"
	       "cx"),
		"x"},
	{BYTES("bad \xff\xfe end"), "bad \xef\xbf\xbd\xef\xbf\xbd end"},
	{BYTES("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f"},
	{BYTES(""), ""},
};

static void each_line_reads_as_listed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		_free_ char *text = utf8_plain(samples[i].bytes, samples[i].size, 4096);
		assert_string_equal(text, samples[i].wanted);
	}
}

static void a_line_is_cut_at_its_limit(void **state)
{
	(void)state;
	char bytes[10000];
	memset(bytes, 'x', sizeof(bytes));
	_free_ char *text = utf8_plain(bytes, sizeof(bytes), 4096);
	assert_int_equal(strlen(text), 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_reads_as_listed),
		cmocka_unit_test(a_line_is_cut_at_its_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
