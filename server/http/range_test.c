/* Which bytes a Range header means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/range.h"

struct sample {
	const char *header;
	int64_t size;
	int outcome;
	int64_t first, end;
};

static const struct sample samples[] = {
	{NULL, 10, RANGE_ALL, 0, 0},
	{"bytes=0-3", 10, 0, 0, 4},
	{"bytes=3-", 10, 0, 3, 10},
	{"bytes=-4", 10, 0, 6, 10},
	{"bytes=-40", 10, 0, 0, 10},
	{"bytes=9-99999999999", 10, 0, 9, 10},
	{"bytes=10-", 10, RANGE_BEYOND, 0, 0},
	{"bytes=-0", 10, RANGE_BEYOND, 0, 0},
	{"bytes=0-", 0, RANGE_BEYOND, 0, 0},
	{"bytes=3-1", 10, RANGE_ALL, 0, 0},
	{"bytes=-", 10, RANGE_ALL, 0, 0},
	{"bytes=a-b", 10, RANGE_ALL, 0, 0},
	{"bytes=0-1,4-5", 10, RANGE_ALL, 0, 0},
	{"bytes=99999999999999999999-", 10, RANGE_ALL, 0, 0},
	{"lines=0-3", 10, RANGE_ALL, 0, 0},
};

static void each_header_means_what_is_listed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct range range = {0};
		assert_int_equal(range_parse(samples[i].header, samples[i].size, &range),
			samples[i].outcome);
		if (samples[i].outcome == 0) {
			assert_int_equal(range.first, samples[i].first);
			assert_int_equal(range.end, samples[i].end);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_header_means_what_is_listed)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
