/* Where programs are. */
#pragma once

/* The file that running `name` would start, from PATH or as it stands when it has a slash; the
 * caller's. NULL: there is none that may be run. */
char *program_find(const char *name);
