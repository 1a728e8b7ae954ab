/* One side of a comparison out of a word. */
#include "stats/command_side.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS_MAX 1e9
#define EXPOSURE_MAX 1e18

int command_side_read(const char *text, struct rate_side *out)
{
	_free_ char *copy = alloc_copy(text);
	char *rest = copy;
	const char *events = strsep(&rest, "/");
	const char *exposure = strsep(&rest, "/");
	const char *seconds = strsep(&rest, "/");
	*out = (struct rate_side){0};
	if (rest != NULL || number_parse_real(events, 0, EVENTS_MAX, &out->events) != 0 ||
		floor(out->events) < out->events ||
		number_parse_real(exposure, 0, EXPOSURE_MAX, &out->exposure) != 0 ||
		(seconds != NULL &&
			number_parse_real(seconds, 0, EXPOSURE_MAX, &out->seconds) != 0)) {
		fprintf(stderr, "'%s' is not EVENTS/EXPOSURE[/SECONDS], as 3/1.2e6/3600\n", text);
		return COMMAND_SIDE_BAD;
	}
	return 0;
}
