/* Options: command line before environment before default. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "config.h"

static int read_words(
	struct config *config, int *rest, const char *one, const char *two, const char *three)
{
	char *argv[] = {"run", (char *)one, (char *)two, (char *)three, NULL};
	int argc = 1;
	while (argc < 4 && argv[argc] != NULL) {
		argc++;
	}
	return config_read(config, argc, argv, rest);
}

static void defaults_stand_when_nothing_is_said(void **state)
{
	(void)state;
	struct config config;
	int rest = 0;
	assert_int_equal(read_words(&config, &rest, NULL, NULL, NULL), 0);
	assert_string_equal(config.listen, "127.0.0.1:8080");
	assert_int_equal(config.workers, 4);
	assert_int_equal(config.lease_s, 60);
	assert_int_equal(config.keep_samples_days, 90);
	assert_int_equal(config.notify_per_day, 100);
	assert_int_equal(config.keep_consoles_days, 365);
	assert_int_equal(config.keep_files_mb, 102400);
	assert_int_equal(config.keep_streams_mb, 0);
	assert_false(config.is_closed);
	assert_int_equal(rest, 1);
}

static void the_command_line_wins_over_the_environment(void **state)
{
	(void)state;
	struct config config;
	int rest = 0;
	setenv("FAULTLINE_PUBLIC_URL", "https://here", 1);
	setenv("FAULTLINE_WORKERS", "8", 1);
	assert_int_equal(read_words(&config, &rest, "--workers", "2", "--closed"), 0);
	assert_string_equal(config.public_url, "https://here");
	assert_int_equal(config.workers, 2);
	assert_true(config.is_closed);
	assert_int_equal(read_words(&config, &rest, "--workers=3", "add", "--kind"), 0);
	assert_int_equal(config.workers, 3);
	assert_int_equal(rest, 2); /* "add", "--kind" */
	unsetenv("FAULTLINE_PUBLIC_URL");
	unsetenv("FAULTLINE_WORKERS");
}

static void an_option_may_stand_behind_the_words(void **state)
{
	(void)state;
	struct config config;
	int rest = 0;
	char *argv[] = {"token", "add", "--kind", "runner", "--database", "dbname=x", "--name", "n",
		"--log=debug", NULL};
	const int argc = sizeof(argv) / sizeof(argv[0]) - 1;
	assert_int_equal(config_read(&config, argc, argv, &rest), 0);
	assert_string_equal(config.database, "dbname=x");
	assert_int_equal(argc - rest, 5);
	const char *const words[] = {"add", "--kind", "runner", "--name", "n"};
	for (int i = 0; i < 5; i++) {
		assert_string_equal(argv[rest + i], words[i]);
	}
}

static void bad_values_are_refused(void **state)
{
	(void)state;
	struct config config;
	int rest = 0;
	assert_int_equal(read_words(&config, &rest, "--workers", "0", NULL), CONFIG_BAD);
	assert_int_equal(read_words(&config, &rest, "--workers", "x", NULL), CONFIG_BAD);
	assert_int_equal(read_words(&config, &rest, "--workers", NULL, NULL), CONFIG_BAD);
	assert_int_equal(read_words(&config, &rest, "--closed=maybe", NULL, NULL), CONFIG_BAD);
	assert_int_equal(read_words(&config, &rest, "--log", "loud", NULL), CONFIG_BAD);
	assert_int_equal(read_words(&config, &rest, "--help", NULL, NULL), CONFIG_HELP);
}

static void the_environment_wins_over_the_file(void **state)
{
	(void)state;
	char path[] = "/tmp/config-test.XXXXXX";
	const int fd = mkstemp(path);
	static const char text[] =
		"# remark\n\n workers = 7\r\nlease=9\npublic-url = https://file\n";
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	close(fd);
	struct config config;
	int rest = 0;
	setenv("FAULTLINE_LEASE", "10", 1);
	assert_int_equal(read_words(&config, &rest, "--config", path, NULL), 0);
	assert_int_equal(config.workers, 7);
	assert_int_equal(config.lease_s, 10);
	assert_string_equal(config.public_url, "https://file");
	assert_int_equal(rest, 3);
	config_fini(&config);
	unsetenv("FAULTLINE_LEASE");
	unlink(path);
	assert_int_equal(read_words(&config, &rest, "--config", path, NULL), CONFIG_BAD);
	config_fini(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_stand_when_nothing_is_said),
		cmocka_unit_test(the_command_line_wins_over_the_environment),
		cmocka_unit_test(an_option_may_stand_behind_the_words),
		cmocka_unit_test(bad_values_are_refused),
		cmocka_unit_test(the_environment_wins_over_the_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
