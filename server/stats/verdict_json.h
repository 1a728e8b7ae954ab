/* A verdict as JSON: for the command line, pages and the API alike. */
#pragma once

#include <jansson.h>

#include "stats/verdict.h"

/* answer, is_masked, fell, ratio, low, high, chance, fixed_chance, due_by_work, due_by_time (null
 * where there is no number) and more: null, or stratum (from 1), exposure, hours and
 * chance_of_fixed_if. The caller's. */
json_t *verdict_json(const struct verdict *verdict, size_t cell_count);

/* null where there is no number. */
json_t *verdict_number(double value);
