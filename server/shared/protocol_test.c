/* Numbers of protocols. */
#include "shared/protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "shared/cleanup.h"

static void what_is_too_old_is_told_what_to_do(void **state)
{
	(void)state;
	_free_ char *why = protocol_refuse("runner", PROTOCOL_OLDEST - 1);
	assert_non_null(why);
	assert_non_null(strstr(why, "install a newer faultline-runner"));
}

static void older_and_newer_ones_are_served(void **state)
{
	(void)state;
	assert_null(protocol_refuse("runner", PROTOCOL_OLDEST));
	assert_null(protocol_refuse("server", PROTOCOL_NEWEST + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_too_old_is_told_what_to_do),
		cmocka_unit_test(older_and_newer_ones_are_served),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
