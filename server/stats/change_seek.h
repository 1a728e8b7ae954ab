/* Places where a change may be: generous, the judging is done elsewhere. */
#pragma once

#include "stats/change_step.h"

#include <stddef.h>

/* Proposes places in rising order, each from the shortest seeded interval around it whose best
 * step gains more than `gain` under white noise. `cuts` has room for view->n. Answers how many. */
size_t change_seek(const struct change_view *view, double gain, size_t *cuts);
