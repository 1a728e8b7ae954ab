/* The lines of a build log that say why it failed. */
#pragma once

#include <stddef.h>

enum { BUILD_ERRORS_LINES = 60, BUILD_ERRORS_MAX = 16000 };

/* Out of the log's text (it may hold anything): compiler errors with the lines that belong to them,
 * linker and make errors; the last lines when there is none. The caller's. */
char *build_errors(const char *log, size_t size);
