/* What a guest says, and what a hostile one may say. */
#include "runner/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static struct samples s;

static void take(const char *text)
{
	samples_take(&s, text, (int64_t)strlen(text));
}

static int reset(void **state)
{
	(void)state;
	samples_fini(&s);
	memset(&s, 0, sizeof(s));
	return 0;
}

static void hello_names_release_and_page_size(void **state)
{
	(void)state;
	take("{\"type\":\"hello\",\"version\":1,\"release\":\"6.1.192+\",\"page_size\":65536}\n");
	assert_true(s.is_hello);
	assert_string_equal(s.release, "6.1.192+");
	assert_int_equal(s.page_size, 65536);
}

static void a_line_counts_once_it_is_whole(void **state)
{
	(void)state;
	take("{\"type\":\"result\",\"t\":1,\"status\":");
	assert_int_equal(s.status, SAMPLES_NONE);
	take("\"done\",\"detail\":\"\"}");
	assert_int_equal(s.status, SAMPLES_NONE);
	take("\n");
	assert_int_equal(s.status, SAMPLES_DONE);
}

static void the_first_result_stands(void **state)
{
	(void)state;
	take("{\"type\":\"result\",\"status\":\"error\",\"detail\":\"no "
	     "disk\"}\n{\"type\":\"result\",\"status\":\"done\"}\n");
	assert_int_equal(s.status, SAMPLES_ERROR);
	assert_string_equal(s.detail, "no disk");
}

static void phases_only_go_forward(void **state)
{
	(void)state;
	take("{\"type\":\"phase\",\"t\":1,\"phase\":\"workload\"}\n{\"type\":\"phase\",\"t\":2,"
	     "\"phase\":\"mount\"}\n");
	assert_int_equal(s.phase, SAMPLES_WORKLOAD);
	take("{\"type\":\"phase\",\"t\":3,\"phase\":\"finish\"}\n{\"type\":\"phase\",\"t\":3,"
	     "\"phase\":\"other\"}\n");
	assert_int_equal(s.phase, SAMPLES_FINISH);
}

static void progress_without_an_end_counts(void **state)
{
	(void)state;
	take("{\"type\":\"progress\",\"t\":1,\"done\":37,\"of\":0}\n");
	assert_true(s.is_progress);
	assert_int_equal(s.done, 37);
	assert_int_equal(s.of, 0);
}

static void progress_beyond_its_end_is_not_believed(void **state)
{
	(void)state;
	take("{\"type\":\"progress\",\"t\":1,\"done\":3,\"of\":10}\n{\"type\":\"progress\",\"t\":1,"
	     "\"done\":11,\"of\":10}\n"
	     "{\"type\":\"progress\",\"t\":1,\"done\":-1,\"of\":10}\n{\"type\":\"progress\",\"t\":"
	     "1,\"done\":0,\"of\":0}\n");
	assert_int_equal(s.done, 3);
	assert_int_equal(s.of, 10);
}

static void garbage_is_skipped_up_to_the_next_line(void **state)
{
	(void)state;
	static char long_line[2 * SAMPLES_LINE_MAX];
	memset(long_line, '{', sizeof(long_line));
	samples_take(&s, long_line, sizeof(long_line));
	take("{\"type\":\"result\",\"status\":\"error\"}\n"); /* the tail of the long line */
	assert_int_equal(s.status, SAMPLES_NONE);
	static const char odd[] =
		"\0\xff\n{}\n[]\n{\"type\":7}\n{\"type\":\"hello\",\"page_size\":-4}\n";
	samples_take(&s, odd, sizeof(odd) - 1);
	assert_true(s.is_hello);
	assert_int_equal(s.page_size, 0);
	take("{\"type\":\"result\",\"status\":\"done\"}\n");
	assert_int_equal(s.status, SAMPLES_DONE);
}

static void long_words_are_cut_between_characters(void **state)
{
	(void)state;
	take("{\"type\":\"result\",\"status\":\"error\",\"detail\":\"");
	for (int i = 0; i < SAMPLES_DETAIL_MAX; i++) {
		take("\xc3\xa9");
	}
	take("\"}\n");
	assert_int_equal(s.status, SAMPLES_ERROR);
	assert_true(strlen(s.detail) < SAMPLES_DETAIL_MAX);
	assert_int_equal(strlen(s.detail) % 2, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(hello_names_release_and_page_size, reset, reset),
		cmocka_unit_test_setup_teardown(a_line_counts_once_it_is_whole, reset, reset),
		cmocka_unit_test_setup_teardown(the_first_result_stands, reset, reset),
		cmocka_unit_test_setup_teardown(phases_only_go_forward, reset, reset),
		cmocka_unit_test_setup_teardown(
			progress_beyond_its_end_is_not_believed, reset, reset),
		cmocka_unit_test_setup_teardown(progress_without_an_end_counts, reset, reset),
		cmocka_unit_test_setup_teardown(
			garbage_is_skipped_up_to_the_next_line, reset, reset),
		cmocka_unit_test_setup_teardown(
			long_words_are_cut_between_characters, reset, reset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
