/* The text of tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "store/token.h"

static void a_token_is_its_kind_and_43_digits(void **state)
{
	(void)state;
	char text[TOKEN_TEXT_SIZE];
	assert_int_equal(token_make(TOKEN_RUNNER, text), 0);
	assert_int_equal(strlen(text), strlen("fl_runner_") + 43);
	assert_memory_equal(text, "fl_runner_", 10);
	assert_int_equal(strspn(text + 10, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "abcdefghijklmnopqrstuvwxyz"),
		43);
}

static void no_two_are_alike(void **state)
{
	(void)state;
	char one[TOKEN_TEXT_SIZE];
	char two[TOKEN_TEXT_SIZE];
	assert_int_equal(token_make(TOKEN_TRIGGER, one), 0);
	assert_int_equal(token_make(TOKEN_TRIGGER, two), 0);
	assert_string_not_equal(one, two);
}

static void kinds_have_names_both_ways(void **state)
{
	(void)state;
	for (enum token_kind k = TOKEN_RUNNER; k <= TOKEN_READ; k++) {
		assert_int_equal(token_kind_parse(token_kind_name(k)), k);
	}
	assert_int_equal(token_kind_parse("root"), TOKEN_NONE);
	assert_int_equal(token_kind_parse("no"), TOKEN_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_its_kind_and_43_digits),
		cmocka_unit_test(no_two_are_alike),
		cmocka_unit_test(kinds_have_names_both_ways),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
