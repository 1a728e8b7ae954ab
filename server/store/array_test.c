/* Arrays as PostgreSQL reads them, and text that it takes. */
#include "store/array.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shared/cleanup.h"
#include "store/utf8.h"

static void an_array_without_elements(void **state)
{
	(void)state;
	_array_ struct array a;
	array_init(&a);
	assert_string_equal(array_value(&a).bytes, "{}");
}

static void numbers_to_their_ends(void **state)
{
	(void)state;
	_array_ struct array a;
	array_init(&a);
	array_int(&a, 0);
	array_int(&a, INT64_MIN);
	array_int(&a, INT64_MAX);
	array_null(&a);
	array_real(&a, 0.5);
	array_real(&a, NAN);
	assert_string_equal(array_value(&a).bytes,
		"{0,-9223372036854775808,9223372036854775807,NULL,0.5,NULL}");
}

static void text_is_quoted(void **state)
{
	(void)state;
	_array_ struct array a;
	array_init(&a);
	array_text(&a, "NULL");
	array_text(&a, "a\"b\\c,{d}");
	array_text(&a, "");
	array_text(&a, NULL);
	assert_string_equal(array_value(&a).bytes, "{\"NULL\",\"a\\\"b\\\\c,{d}\",\"\",NULL}");
}

static void arrays_within_an_array(void **state)
{
	(void)state;
	const int64_t values[] = {1, -5, 3};
	_array_ struct array a;
	array_init(&a);
	array_ints(&a, values, 3, -5);
	array_ints(&a, values, 0, -5);
	assert_string_equal(array_value(&a).bytes, "{\"{1,NULL,3}\",\"{}\"}");
}

static void text_that_is_not_utf8_is_mended(void **state)
{
	(void)state;
	static const struct {
		const char *in;
		const char *out;
	} cases[] = {
		{"plain\ttext\n", "plain\ttext\n"},
		{"J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x90\xa7",
			"J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x90\xa7"},
		{"J\xf6rg", "J\xef\xbf\xbdrg"},
		{"esc\x1b[0m", "esc\xef\xbf\xbd[0m"},
		{"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},                 /* overlong */
		{"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* surrogate */
		{"\xf4\x90\x80\x80",
			"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* too large */
		{"cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_free_ char *out = utf8_clean(cases[i].in, strlen(cases[i].in), 1000);
		assert_string_equal(out, cases[i].out);
	}
	_free_ char *nul = utf8_clean("a\0b", 3, 100);
	assert_string_equal(nul, "a\xef\xbf\xbd"
				 "b");
}

static void a_cut_never_falls_within_a_character(void **state)
{
	(void)state;
	_free_ char *four = utf8_clean("ab\xe2\x82\xac", 5, 4);
	assert_string_equal(four, "ab");
	_free_ char *five = utf8_clean("ab\xe2\x82\xac", 5, 5);
	assert_string_equal(five, "ab\xe2\x82\xac");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_array_without_elements),
		cmocka_unit_test(numbers_to_their_ends),
		cmocka_unit_test(text_is_quoted),
		cmocka_unit_test(arrays_within_an_array),
		cmocka_unit_test(text_that_is_not_utf8_is_mended),
		cmocka_unit_test(a_cut_never_falls_within_a_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
