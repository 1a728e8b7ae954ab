/* The guilty source file: whose maintainers would want to know. Pure; for stacks that a console
 * carries symbolised and for those that were symbolised later. */
#pragma once

#include "console/console.h"

/* Looks through frames in stack order, callees that were inlined before their caller; those without
 * a file are passed over, and what has a file but no function is a place that some other line of
 * the report names. Files are paths in the kernel tree ("fs/xfs/xfs_file.c"). Answers the first
 * that is neither a header nor machinery which any subsystem's crash passes through, or one further
 * on that lies deeper below the same folder; where all is machinery the first frame's. Borrowed
 * from `frames`; NULL when there is none. */
const char *source_guilty(const char *title, const struct console_frame *frames, size_t n);

/* A header, or machinery which any subsystem's crash passes through. `file` without "./". */
bool source_is_machinery(const char *file);
