/* Crash reports as JSON: the form in which they are stored, shown and printed. */
#pragma once

#include "console/console.h"

#include <jansson.h>

/* All of a report. Answers a new object, owned by the caller. Absent values are absent. */
json_t *console_report_json(const struct console_report *report);
