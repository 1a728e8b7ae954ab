/* Which bytes of something are asked for. Pure. */
#pragma once

#include <stdint.h>

struct range {
	int64_t first;
	int64_t end; /* behind the last */
};

/* RANGE_ALL: no Range header, or one that is to be ignored (other unit, several ranges, nonsense);
 * 0: *out lies within `size`; RANGE_BEYOND: nothing of it does (416). */
enum { RANGE_ALL = 1, RANGE_BEYOND = 2 };
int range_parse(const char *header, int64_t size, struct range *out);
