/* The kinds of tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "store/token.h"

static void kinds_have_names_both_ways(void **state)
{
	(void)state;
	for (enum token_kind k = TOKEN_RUNNER; k <= TOKEN_ENROL; k++) {
		assert_int_equal(token_kind_parse(token_kind_name(k)), k);
	}
	assert_int_equal(token_kind_parse("root"), TOKEN_NONE);
	assert_int_equal(token_kind_parse("no"), TOKEN_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_have_names_both_ways),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
