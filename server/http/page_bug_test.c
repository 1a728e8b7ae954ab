/* Rates of bugs in a page's data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <jansson.h>

#include "http/page_bug.h"
#include "shared/cleanup.h"

static void every_object_with_events_and_exposure_gets_rates(void **state)
{
	(void)state;
	_json_ json_t *page =
		json_loads("{\"rows\":[{\"k\":0,\"exposure\":3000000},"
			   "{\"k\":2,\"exposure\":1000000,\"x\":{\"k\":1,\"exposure\":null}},"
			   "{\"k\":3}]}",
			0, NULL);
	assert_int_equal(page_bug_add(NULL, NULL, page), 0);
	const json_t *rows = json_object_get(page, "rows");
	const json_t *none = json_array_get(rows, 0);
	assert_true(json_is_null(json_object_get(none, "rate")));
	assert_true(json_is_null(json_object_get(none, "rate_low")));
	assert_string_equal(json_string_value(json_object_get(none, "rate_high")), "0.999");
	const json_t *two = json_array_get(rows, 1);
	assert_string_equal(json_string_value(json_object_get(two, "rate")), "2");
	assert_string_equal(json_string_value(json_object_get(two, "rate_low")), "0.242");
	assert_string_equal(json_string_value(json_object_get(two, "rate_high")), "7.22");
	const json_t *unknown = json_object_get(two, "x");
	assert_true(json_is_null(json_object_get(unknown, "rate_high")));
	assert_null(json_object_get(json_array_get(rows, 2), "rate"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_object_with_events_and_exposure_gets_rates),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
