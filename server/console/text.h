/* Crash reports for people to read. */
#pragma once

#include "console/console.h"

#include <stdio.h>

/* Prints a report, or that there is none (NULL), under the console's name. */
void console_report_print(FILE *out, const char *name, const struct console_report *report);
