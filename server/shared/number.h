/* Numbers out of text, with full checks, in one place. */
#pragma once

#include <stdint.h>

enum { NUMBER_BAD = 1 };

/* The whole of `text` is a decimal number between `low` and `high` (inclusive): 0 and *out, else
 * NUMBER_BAD. Leading white space, signs other than '-', hex and trailing bytes are refused. */
int number_parse(const char *text, int64_t low, int64_t high, int64_t *out);

/* The same for a number with a fraction or an exponent, "1.2e6"; never infinite or NaN. */
int number_parse_real(const char *text, double low, double high, double *out);

/* Seconds of CLOCK_MONOTONIC / CLOCK_REALTIME in nanoseconds. */
int64_t number_monotonic_ns(void);
int64_t number_realtime_ns(void);
