/* Numbers out of text, with full checks, in one place. */
#include "shared/number.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int number_parse(const char *text, int64_t low, int64_t high, int64_t *out)
{
	if (text == NULL || (text[0] != '-' && (text[0] < '0' || text[0] > '9'))) {
		return NUMBER_BAD;
	}
	char *end = NULL;
	errno = 0;
	const long long value = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || value < low || value > high) {
		return NUMBER_BAD;
	}
	*out = value;
	return 0;
}

int number_parse_real(const char *text, double low, double high, double *out)
{
	if (text == NULL || text[0] == '\0' || text[strspn(text, "0123456789.eE+-")] != '\0') {
		return NUMBER_BAD;
	}
	char *end = NULL;
	const double value = strtod(text, &end);
	if (end == text || *end != '\0' || !(value >= low && value <= high)) {
		return NUMBER_BAD;
	}
	*out = value;
	return 0;
}

static int64_t number_clock_ns(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t number_monotonic_ns(void)
{
	return number_clock_ns(CLOCK_MONOTONIC);
}

int64_t number_realtime_ns(void)
{
	return number_clock_ns(CLOCK_REALTIME);
}
