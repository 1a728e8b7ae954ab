/* The text of tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "shared/token_text.h"

static void a_token_is_its_kind_and_43_digits(void **state)
{
	(void)state;
	char text[TOKEN_TEXT_SIZE];
	assert_int_equal(token_text_make("runner", text), 0);
	assert_int_equal(strlen(text), strlen("fl_runner_") + 43);
	assert_memory_equal(text, "fl_runner_", 10);
	assert_true(token_text_is("runner", text));
	assert_false(token_text_is("admin", text));
	text[20] = '-';
	assert_false(token_text_is("runner", text));
	text[20] = '\0';
	assert_false(token_text_is("runner", text));
}

static void no_two_are_alike(void **state)
{
	(void)state;
	char one[TOKEN_TEXT_SIZE];
	char two[TOKEN_TEXT_SIZE];
	assert_int_equal(token_text_make("trigger", one), 0);
	assert_int_equal(token_text_make("trigger", two), 0);
	assert_string_not_equal(one, two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_its_kind_and_43_digits),
		cmocka_unit_test(no_two_are_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
