/* Options as people give them. */
#include "runner/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/file.h"

static char state_folder[] = "/tmp/config-test.XXXXXX";

static int make(void **state)
{
	(void)state;
	setenv("FAULTLINE_TOKEN", "fl_runner_test", 1);
	return mkdtemp(state_folder) == NULL ? -1 : 0;
}

static int drop(void **state)
{
	(void)state;
	return file_remove_tree(state_folder);
}

static int read_words(struct config *config, const char *a, const char *b)
{
	char *argv[] = {"faultline-runner", "--state", state_folder, "--allow-root", "--share", ".",
		(char *)a, (char *)b, NULL};
	int argc = 6;
	argc += a != NULL;
	argc += b != NULL;
	return config_read(config, argc, argv);
}

static void options_are_taken_in_both_forms(void **state)
{
	(void)state;
	struct config config;
	assert_int_equal(read_words(&config, "--server", "https://example.org/"), 0);
	assert_string_equal(config.server, "https://example.org");
	assert_string_equal(config.token, "fl_runner_test");
	assert_string_equal(config.accel, "auto");
	assert_true(config.jobs > 0);
	config_fini(&config);
	assert_int_equal(read_words(&config, "--limit-console-mb=7", NULL), 0);
	assert_int_equal(config.limit_console_mb, 7);
	config_fini(&config);
}

static void a_checkout_is_a_share_too(void **state)
{
	(void)state;
	struct config config;
	assert_int_equal(read_words(&config, NULL, NULL), 0);
	assert_non_null(strstr(config.workloads_folder, "/runner/workloads"));
	assert_int_equal(access(config.configs_folder, R_OK), 0);
	config_fini(&config);
}

static void what_makes_no_sense_is_refused(void **state)
{
	(void)state;
	static const char *const words[][2] = {
		{"--accel", "native"}, /* not with QEMU */
		{"--accel", "xen"},
		{"--backend", "metal"},
		{"--limit-console-mb", "0"},
		{"--limit-console-mb", "ten"},
		{"--name", "a/b"},
		{"--name", NULL},
		{"--server", "ftp://example.org"},
		{"--share", "/tmp/no such folder"},
		{"--token-file", "/nonexistent"},
		{"--unknown", NULL},
		{"--verbose=yes", NULL},
		{"word", NULL},
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct config config;
		assert_true(read_words(&config, words[i][0], words[i][1]) < 0);
		config_fini(&config);
	}
}

static void what_enrol_wrote_counts_where_nothing_else_was_said(void **state)
{
	(void)state;
	static const char text[] = "fl_runner_1\nserver = http://a.example\nname = lab-1\n";
	char path[64];
	struct config config;
	snprintf(path, sizeof(path), "%s/token", state_folder);
	unsetenv("FAULTLINE_TOKEN");
	assert_true(read_words(&config, NULL, NULL) < 0);
	config_fini(&config);
	assert_int_equal(file_write(path, text, strlen(text)), 0);
	assert_int_equal(read_words(&config, "--name", "other"), 0);
	assert_string_equal(config.token, "fl_runner_1");
	assert_string_equal(config.server, "http://a.example");
	assert_string_equal(config.name, "other");
	config_fini(&config);
	setenv("FAULTLINE_TOKEN", "fl_runner_test", 1);
}

static void help_and_version_are_answers(void **state)
{
	(void)state;
	struct config config;
	assert_int_equal(read_words(&config, "--version", NULL), CONFIG_DONE);
	config_fini(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_taken_in_both_forms),
		cmocka_unit_test(a_checkout_is_a_share_too),
		cmocka_unit_test(what_enrol_wrote_counts_where_nothing_else_was_said),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(help_and_version_are_answers),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
