/* Logs as gcc, ld and kbuild write them. */
#include "runner/build_errors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void a_compiler_error_keeps_its_source_lines(void **state)
{
	(void)state;
	static const char log[] =
		"  CC      mm/filemap.o\n  CC      mm/migrate.o\n"
		"../mm/migrate.c: In function 'migrate_pages':\n"
		"../mm/migrate.c:3:16: error: 'missing' undeclared (first use in this function)\n"
		"    3 |         return missing;\n      |                ^~~~~~~\n"
		"  CC      mm/slub.o\n  CC      mm/swap.o\n"
		"make[3]: *** [../scripts/Makefile.build:250: mm/migrate.o] Error 1\n";
	char *errors = build_errors(log, sizeof(log) - 1);
	assert_non_null(strstr(errors, "'missing' undeclared"));
	assert_non_null(strstr(errors, "^~~~~~~"));
	assert_non_null(strstr(errors, "*** [../scripts/Makefile.build:250"));
	assert_null(strstr(errors, "CC      mm"));
	free(errors);
}

static void a_linker_error_is_one_too(void **state)
{
	(void)state;
	static const char log[] = "  LD      vmlinux.o\nld: mm/migrate.o: in function `f':\n"
				  "migrate.c:(.text+0x10): undefined reference to `gone'\n";
	char *errors = build_errors(log, sizeof(log) - 1);
	assert_non_null(strstr(errors, "undefined reference to"));
	free(errors);
}

static void without_an_error_the_last_lines_are_shown(void **state)
{
	(void)state;
	char log[1000] = "";
	for (int i = 0; i < 40; i++) {
		snprintf(log + strlen(log), sizeof(log) - strlen(log), "line %d\n", i);
	}
	char *errors = build_errors(log, strlen(log));
	assert_null(strstr(errors, "line 20\n"));
	assert_non_null(strstr(errors, "line 39\n"));
	assert_non_null(strstr(errors, "line 30\n"));
	free(errors);
}

static void any_bytes_and_any_length_are_borne(void **state)
{
	(void)state;
	static char log[400000];
	memset(log, 'e', sizeof(log));
	for (size_t i = 0; i + 20 < sizeof(log); i += 1000) {
		memcpy(log + i, "\nx.c:1: error: \0y\xff\n", 20);
	}
	char *errors = build_errors(log, sizeof(log));
	assert_true(strlen(errors) <= BUILD_ERRORS_MAX);
	free(errors);
	errors = build_errors("", 0);
	assert_string_equal(errors, "");
	free(errors);
	errors = build_errors("error: no line end", 18);
	assert_string_equal(errors, "error: no line end\n");
	free(errors);
}

/* Half a character in it, and the result's JSON would show none of the others. */
static void a_long_line_is_cut_between_characters(void **state)
{
	(void)state;
	static const char *const starts[] = {"x.c:1: error: ", "x.c:12: error: "};
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		char log[600];
		size_t n = (size_t)snprintf(log, sizeof(log), "%s", starts[i]);
		for (; n + 2 < sizeof(log); n += 2) {
			memcpy(log + n, "\303\274", 3);
		}
		char *errors = build_errors(log, n);
		assert_string_equal(errors + strlen(errors) - 3, "\303\274\n");
		free(errors);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_compiler_error_keeps_its_source_lines),
		cmocka_unit_test(a_linker_error_is_one_too),
		cmocka_unit_test(without_an_error_the_last_lines_are_shown),
		cmocka_unit_test(any_bytes_and_any_length_are_borne),
		cmocka_unit_test(a_long_line_is_cut_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
