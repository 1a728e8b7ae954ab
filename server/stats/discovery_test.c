/* Benjamini and Hochberg's own example, and what is no question. */
#include "stats/discovery.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The 15 chances of their paper: four are discoveries at 0.05. */
static void the_papers_example_has_four_discoveries(void **state)
{
	(void)state;
	double p[] = {0.0201, 0.0278, 0.0001, 0.0004, 0.0298, 0.0344, 0.0019, 0.0095, 0.0459,
		0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
	discovery_adjust(p, 15);
	size_t found = 0;
	for (size_t i = 0; i < 15; i++) {
		found += p[i] <= 0.05;
	}
	assert_int_equal(found, 4);
	assert_true(p[2] <= 0.05 && p[3] <= 0.05 && p[6] <= 0.05 && p[7] <= 0.05);
	assert_float_equal(p[2], 0.0015, 1e-9);
	assert_float_equal(p[7], 0.0095 * 15 / 4, 1e-9);
	assert_float_equal(p[14], 1, 1e-9);
}

static void what_is_unknown_does_not_count(void **state)
{
	(void)state;
	double p[] = {0.03, NAN, 0.01, NAN};
	discovery_adjust(p, 4);
	assert_float_equal(p[0], 0.03, 1e-12);
	assert_float_equal(p[2], 0.02, 1e-12);
	assert_true(isnan(p[1]) && isnan(p[3]));
	discovery_adjust(p, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_papers_example_has_four_discoveries),
		cmocka_unit_test(what_is_unknown_does_not_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
