/* Which bytes of something are asked for: RFC 9110, 14.2; one range only. */
#include "http/range.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "shared/number.h"

enum { RANGE_NUMBER_MAX = 32 };

/* The digits from `text` up to `end`; -1: there are none; -2: nonsense. */
static int64_t digits(const char *text, const char *end)
{
	char number[RANGE_NUMBER_MAX];
	const size_t n = (size_t)(end - text);
	int64_t value = 0;
	if (n == 0) {
		return -1;
	}
	if (n >= sizeof(number)) {
		return -2;
	}
	memcpy(number, text, n);
	number[n] = '\0';
	return number_parse(number, 0, INT64_MAX - 1, &value) == 0 ? value : -2;
}

int range_parse(const char *header, int64_t size, struct range *out)
{
	if (header == NULL || strncmp(header, "bytes=", 6) != 0) {
		return RANGE_ALL;
	}
	const char *dash = strchr(header, '-');
	if (dash == NULL) {
		return RANGE_ALL;
	}
	const int64_t first = digits(header + 6, dash);
	const int64_t last = digits(dash + 1, dash + strlen(dash));
	if (first == -2 || last == -2 || (first == -1 && last == -1) ||
		(first >= 0 && last >= 0 && last < first)) {
		return RANGE_ALL;
	}
	if (first == -1) { /* the last so many */
		*out = (struct range){.first = last > size ? 0 : size - last, .end = size};
	} else {
		*out = (struct range){
			.first = first, .end = last < 0 || last >= size ? size : last + 1};
	}
	return out->first >= out->end ? RANGE_BEYOND : 0;
}
