/* EVENTS/EXPOSURE[/SECONDS], as the calculators read it. */
#pragma once

#include "stats/ratio.h"

enum { COMMAND_SIDE_BAD = 1 };

/* "3/1.2e6/3600": 0 and *out, or COMMAND_SIDE_BAD and a message on standard error. Without seconds
 * they are 0. */
int command_side_read(const char *text, struct rate_side *out);
