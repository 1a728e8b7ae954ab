/* Words for execve, and the same for people's shells. */
#include "runner/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

static void words_are_split_at_any_number_of_spaces(void **state)
{
	(void)state;
	_words_ struct words words = {0};
	words_split(&words, "  -q   -b size=1024 ");
	words_split(&words, "");
	assert_int_equal(words.count, 3);
	assert_string_equal(words.list[2], "size=1024");
	assert_null(words.list[3]);
}

static void a_shell_reads_the_same_words(void **state)
{
	(void)state;
	_words_ struct words words = {0};
	words_add(&words, "printf");
	words_add(&words, "%s\\n");
	words_add(&words, "it's $HOME `id` \"x\" ;&|");
	words_add(&words, "");
	words_format(&words, "a=%d", 7);
	char *line = words_shell(&words);
	assert_string_equal(line, "printf '%s\\n' 'it'\\''s $HOME `id` \"x\" ;&|' '' a=7");
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_split_at_any_number_of_spaces),
		cmocka_unit_test(a_shell_reads_the_same_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
