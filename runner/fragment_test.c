/* What fragments ask for, and which wishes a configuration did not fulfil. */
#include "runner/fragment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static void add(struct fragment *f, const char *from, const char *text)
{
	size_t line = 0;
	assert_int_equal(fragment_add(f, from, text, &line), 0);
}

static void says(const struct fragment *wishes, const char *config_text, const char *expected)
{
	_fragment_ struct fragment config = {0};
	add(&config, ".config", config_text);
	char *lost = fragment_lost(wishes, &config);
	assert_string_equal(lost, expected);
	free(lost);
}

static void each_line_is_an_option_of_its_type(void **state)
{
	(void)state;
	_fragment_ struct fragment f = {0};
	add(&f, "a",
		"# prose\n#\n# CONFIG_X is what this is for\n\nCONFIG_A=y\nCONFIG_B=m\nCONFIG_C=n\n"
		"# CONFIG_D is not set\nCONFIG_E=-7\nCONFIG_F=0x1F\nCONFIG_G=\"a=b \\\" c\"");
	const enum option_type types[] = {OPTION_YES, OPTION_MODULE, OPTION_NO, OPTION_NO,
		OPTION_NUMBER, OPTION_NUMBER, OPTION_TEXT};
	assert_int_equal(f.count, sizeof(types) / sizeof(types[0]));
	for (size_t i = 0; i < f.count; i++) {
		assert_int_equal(f.options[i].type, types[i]);
		assert_int_equal(f.options[i].name[7], 'A' + (int)i);
	}
	assert_string_equal(f.options[3].value, "n");
	assert_string_equal(f.options[6].value, "\"a=b \\\" c\"");
}

static void a_line_that_is_no_option_is_refused_with_its_number(void **state)
{
	(void)state;
	static const char *const bad[] = {"NUMA=y", "CONFIG_NUMA", "CONFIG_NUMA = y",
		"CONFIG_X=yes", "CONFIG_X=", "CONFIG_X=0x", "CONFIG_X=\"", "CONFIG_X=y # why",
		" CONFIG_X=y", "CONFIG_X is not set", "CONFIG_X-Y=y"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		_fragment_ struct fragment f = {0};
		size_t line = 0;
		char text[64];
		snprintf(text, sizeof(text), "# first\nCONFIG_OK=y\n%s\n", bad[i]);
		assert_int_equal(fragment_add(&f, "a", text, &line), FRAGMENT_BAD);
		assert_int_equal(line, 3);
	}
}

static void lost_options_are_named_and_kept_ones_are_not(void **state)
{
	(void)state;
	_fragment_ struct fragment wishes = {0};
	add(&wishes, "common",
		"CONFIG_NUMA=y\nCONFIG_NR_CPUS=64\nCONFIG_RETPOLINE=n\nCONFIG_KEXEC=n\n"
		"CONFIG_NUMA_BALANCING=y\nCONFIG_ABSENT=n\nCONFIG_LOOP=m\n");
	says(&wishes,
		"# Automatically generated\nCONFIG_NUMA=y\nCONFIG_NR_CPUS=8\n"
		"# CONFIG_RETPOLINE is not set\nCONFIG_KEXEC=y\nCONFIG_NUMA_BALANCING_X=y\n"
		"CONFIG_LOOP=y\n",
		"CONFIG_NR_CPUS=64 of the fragment 'common' was lost in olddefconfig: it is 8\n"
		"CONFIG_KEXEC=n of the fragment 'common' was lost in olddefconfig: it is y\n"
		"CONFIG_NUMA_BALANCING=y of the fragment 'common' was lost in olddefconfig: "
		"there is no such option, or what it needs is off\n");
}

static void a_later_fragment_overrides_an_earlier_one(void **state)
{
	(void)state;
	_fragment_ struct fragment wishes = {0};
	add(&wishes, "common", "CONFIG_DEBUG_INFO_NONE=y\nCONFIG_NR_CPUS=8\n");
	add(&wishes, "debug-info", "# CONFIG_DEBUG_INFO_NONE is not set\n");
	says(&wishes, "# CONFIG_DEBUG_INFO_NONE is not set\nCONFIG_NR_CPUS=8\n", "");
	says(&wishes, "CONFIG_DEBUG_INFO_NONE=y\nCONFIG_NR_CPUS=8\n",
		"CONFIG_DEBUG_INFO_NONE=n of the fragment 'debug-info' was lost in olddefconfig: "
		"it "
		"is y\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_is_an_option_of_its_type),
		cmocka_unit_test(a_line_that_is_no_option_is_refused_with_its_number),
		cmocka_unit_test(lost_options_are_named_and_kept_ones_are_not),
		cmocka_unit_test(a_later_fragment_overrides_an_earlier_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
