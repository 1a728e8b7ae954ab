/* Functions that are never guilty: they report, allocate, lock, copy or wait for whoever called
 * them. */
#pragma once

#include "console/match.h"

/* True when one of the general list occurs in the function's name. */
bool skip_general(struct text function);

/* Whether the list is in the order that the look-up needs; for its test. */
bool skip_is_sorted(void);

/* True when `function` fits `pattern`: a part of it, "^" its beginning, "$" its end. */
bool skip_fits(const char *pattern, struct text function);
