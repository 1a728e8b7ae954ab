/* Lines of a crash report and the places in the source behind their frames. */
#include "http/page_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <cmocka.h>

#include "shared/cleanup.h"

static bool is_in(const char *frame, const char *line)
{
	_json_ json_t *places = json_pack("[{s:s}]", "frame", frame);
	return report_place(places, line) != NULL;
}

static void a_frame_is_found_in_its_line(void **state)
{
	(void)state;
	assert_true(is_in("vfs_read+0x1e2/0x2c0", " vfs_read+0x1e2/0x2c0"));
	assert_true(is_in("read+0xe/0x20", "RIP: 0010:read.isra.0+0xe/0x20"));
	assert_true(is_in("read+0xe/0x20", " a+0xe/0x20 read+0xe/0x20 [xfs]"));
}

static void another_function_or_number_is_another_frame(void **state)
{
	(void)state;
	assert_false(is_in("read+0x1e2/0x2c0", " vfs_read+0x1e2/0x2c0"));
	assert_false(is_in("read+0x1e2/0x2c0", " read_more+0x1e2/0x2c0"));
	assert_false(is_in("read+0x1e2/0x2c", " read+0x1e2/0x2c0"));
	assert_false(is_in("read+0x1e2/0x2c0", "nothing"));
}

static void a_text_becomes_lines_and_keeps_all_of_them(void **state)
{
	(void)state;
	_json_ json_t *page = json_pack("{s:[{s:s, s:[{s:s, s:s}]}, {s:s, s:n}]}", "reports",
		"text", "a\n\n f+0x1/0x2\n", "places", "frame", "f+0x1/0x2", "at", "m.c:3", "text",
		"b", "places");
	report_lines(page);
	json_t *lines =
		json_object_get(json_array_get(json_object_get(page, "reports"), 0), "lines");
	assert_int_equal(json_array_size(lines), 3);
	assert_true(json_is_null(json_object_get(json_array_get(lines, 0), "place")));
	const json_t *place = json_object_get(json_array_get(lines, 2), "place");
	assert_string_equal(json_string_value(json_object_get(place, "at")), "m.c:3");
	lines = json_object_get(json_array_get(json_object_get(page, "reports"), 1), "lines");
	assert_int_equal(json_array_size(lines), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_is_found_in_its_line),
		cmocka_unit_test(another_function_or_number_is_another_frame),
		cmocka_unit_test(a_text_becomes_lines_and_keeps_all_of_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
