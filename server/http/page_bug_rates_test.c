/* The picture of a bug's rates shows every commit on which it was seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "http/page_bug_rates.h"
#include "shared/cleanup.h"

static void a_crash_before_any_work_has_its_dot(void **state)
{
	(void)state;
	_json_ json_t *page = json_pack("{s:[{s:s,s:i,s:i,s:i},{s:s,s:i,s:i,s:i}]}", "commits",
		"short", "aa", "k", 0, "hits", 0, "exposure", 1000000, "short", "bb", "k", 0,
		"hits", 1, "exposure", 0);
	assert_int_equal(page_bug_rates_add(NULL, NULL, page), 0);
	const json_t *svg = json_object_get(page, "svg");
	assert_string_equal(json_string_value(json_object_get(svg, "dots")), "M1 2h0");
	assert_string_equal(json_string_value(json_object_get(page, "from")), "aa");
	assert_string_equal(json_string_value(json_object_get(page, "to")), "bb");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_crash_before_any_work_has_its_dot)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
