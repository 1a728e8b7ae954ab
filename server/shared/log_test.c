/* Lines of the log. */
#include "shared/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { LINE_MAX_BYTES = 512 };

/* What log_warning wrote: the line without its time. */
static const char *line_of(const char *text)
{
	static char line[LINE_MAX_BYTES];
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	const int before = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	log_warning("%s", text);
	dup2(before, STDERR_FILENO);
	close(before);
	close(ends[1]);
	const ssize_t n = read(ends[0], line, sizeof(line) - 1);
	close(ends[0]);
	assert_true(n > 0);
	line[n] = '\0';
	const char *level = strstr(line, " warning: ");
	assert_non_null(level);
	return level + strlen(" warning: ");
}

static void a_line_says_which_job_and_attempt_it_is_about(void **state)
{
	(void)state;
	log_about(12, 34);
	assert_string_equal(line_of("it is late"), "job=12 attempt=34: it is late\n");
	log_about(12, 0);
	assert_string_equal(line_of("claimed"), "job=12: claimed\n");
	log_about(0, 34);
	assert_string_equal(line_of("read"), "attempt=34: read\n");
	log_about(0, 0);
	assert_string_equal(line_of("at rest"), "at rest\n");
}

static void and_what_else_it_is_at(void **state)
{
	(void)state;
	log_matter("bisection=%d", 5);
	assert_string_equal(line_of("stuck"), "bisection=5: stuck\n");
	log_about(12, 34);
	assert_string_equal(line_of("read"), "job=12 attempt=34: read\n");
	log_matter("request=%s", "/runs/7");
	assert_string_equal(line_of("read"), "job=12 attempt=34 request=/runs/7: read\n");
	log_about(0, 0);
	assert_string_equal(line_of("at rest"), "at rest\n");
}

static void what_is_answered_to_others_does_without(void **state)
{
	(void)state;
	log_about(12, 34);
	assert_int_equal(log_fault("no room"), -1);
	assert_string_equal(log_last(), "no room");
	log_about(0, 0);
}

static void what_others_wrote_cannot_command_a_terminal(void **state)
{
	(void)state;
	assert_string_equal(
		line_of("tree '\033[2J\033]0;x\a' was \302\233H\177 gr\303\274n\tor\r\nnot"),
		"tree '?[2J?]0;x?' was ??H? gr\303\274n\tor  not\n");
}

int main(void)
{
	unsetenv("JOURNAL_STREAM");
	log_init(LOG_LEVEL_WARNING);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_says_which_job_and_attempt_it_is_about),
		cmocka_unit_test(and_what_else_it_is_at),
		cmocka_unit_test(what_is_answered_to_others_does_without),
		cmocka_unit_test(what_others_wrote_cannot_command_a_terminal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
