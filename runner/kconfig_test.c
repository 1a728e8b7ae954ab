/* Which wishes a configuration did not fulfil. */
#include "runner/kconfig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

static void lost_options_are_named_and_kept_ones_are_not(void **state)
{
	(void)state;
	static const char config[] =
		"# Automatically generated\nCONFIG_NUMA=y\nCONFIG_NR_CPUS=8\n"
		"# CONFIG_RETPOLINE is not set\nCONFIG_KEXEC=y\nCONFIG_NUMA_BALANCING_X=y\n";
	static const char fragment[] =
		"# a "
		"remark\n\nCONFIG_NUMA=y\nCONFIG_NR_CPUS=64\nCONFIG_RETPOLINE=n\nCONFIG_KEXEC=n\n"
		"CONFIG_NUMA_BALANCING=y\nCONFIG_ABSENT=n\nCONFIG_LAST=y";
	char *lost = kconfig_lost(fragment, config);
	assert_string_equal(lost,
		"lost: CONFIG_NR_CPUS=64\nlost: CONFIG_KEXEC=n\nlost: CONFIG_NUMA_BALANCING=y\n"
		"lost: CONFIG_LAST=y\n");
	free(lost);
}

static void an_empty_fragment_loses_nothing(void **state)
{
	(void)state;
	char *lost = kconfig_lost("", "");
	assert_string_equal(lost, "");
	free(lost);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lost_options_are_named_and_kept_ones_are_not),
		cmocka_unit_test(an_empty_fragment_loses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
