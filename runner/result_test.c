/* What the server is told. */
#include "runner/result.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"

static void text_becomes_utf_8_whatever_it_was(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to;
	} rows[] = {
		{"plain\ntext\t.", "plain\ntext\t."},
		{"caf\xc3\xa9", "caf\xc3\xa9"},
		{"latin \xe9 and \xc3\xa9", "latin ? and ??"},
		{"\x1b[31mred\x07", "?[31mred?"},
		{"", ""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = alloc_copy(rows[i].from);
		result_clean(text);
		assert_string_equal(text, rows[i].to);
		free(text);
	}
}

static void an_attempt_that_made_nothing_is_mostly_null(void **state)
{
	(void)state;
	static const struct config config = {.server = "http://s"};
	struct attempt a = {.config = &config,
		.id = 3,
		.result = RESULT_NO_COMMIT,
		.step = "checkout",
		.build_seconds = -1,
		.load_before = -1,
		.load_during = -1,
		.work_done = -1};
	a.detail = alloc_copy("no \xff commit");
	a.steps = json_array();
	a.artifacts = json_array();
	json_t *result = result_json(&a);
	json_t *expected = json_loads(
		"{\"result\":\"no_commit\",\"step\":\"checkout\",\"detail\":\"no ? "
		"commit\",\"steps\":[],"
		"\"kernel_release\":null,\"page_size\":null,\"accel\":null,\"built\":null,"
		"\"build_seconds\":null,\"build_id\":null,"
		"\"is_built_from_cache\":null,\"load_before\":null,\"load_during\":null,"
		"\"ended_by\":null,\"reproduce\":null,"
		"\"artifacts\":[]}",
		0, NULL);
	assert_true(json_equal(result, expected));
	json_decref(result);
	json_decref(expected);
	attempt_fini(&a);
}

static void reproducing_fetches_what_was_booted(void **state)
{
	(void)state;
	static const struct config config = {.server = "http://s"};
	struct attempt a = {.config = &config, .id = 3};
	a.recipe = alloc_copy("truncate -s 1M disk.img\nmkfs.xfs disk.img\n");
	a.qemu_shell = alloc_copy("qemu -append 'a b'");
	a.artifacts = json_pack("[{s:s,s:s},{s:s,s:s},{s:s,s:s}]", "name", "image", "sha256", "11",
		"name", "config", "sha256", "22", "name", "initrd", "sha256", "33");
	char *line = result_reproduce(&a);
	assert_string_equal(line,
		"mkdir faultline-3 && cd faultline-3"
		" && curl -fsS -o image http://s/api/v1/blobs/11"
		" && curl -fsS -o initrd http://s/api/v1/blobs/33"
		" && truncate -s 1M disk.img && mkfs.xfs disk.img && qemu -append 'a b'");
	free(line);
	struct config named = *a.config;
	named.name = (char *)"lab-1";
	a.config = &named;
	a.root_image = alloc_copy("/roots/images/4.img");
	line = result_reproduce(&a);
	assert_non_null(strstr(line, " && scp lab-1:/roots/images/4.img root.img && qemu"));
	free(line);
	attempt_fini(&a);
}

static void the_first_word_on_the_end_stands(void **state)
{
	(void)state;
	struct attempt a = {0};
	assert_int_equal(attempt_end(&a, RESULT_HANG, "silent for %d s", 5), ATTEMPT_ENDED);
	assert_int_equal(attempt_end(&a, RESULT_CLEAN, "late"), ATTEMPT_ENDED);
	assert_int_equal(a.result, RESULT_HANG);
	assert_string_equal(a.detail, "silent for 5 s");
	attempt_fini(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_becomes_utf_8_whatever_it_was),
		cmocka_unit_test(an_attempt_that_made_nothing_is_mostly_null),
		cmocka_unit_test(reproducing_fetches_what_was_booted),
		cmocka_unit_test(the_first_word_on_the_end_stands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
