/* Which paths of a tree are near a crash? Those in the folders of its frames' files, machinery that
 * any crash passes through left out. A folder of the tree's top (mm/, fs/) is meant without what
 * lies deeper. Where no frame names a file, the first words of its functions have to do:
 * iomap_apply is near fs/iomap/, migrate_pages near mm/migrate.c. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "console/console.h"

/* Frames of a report that count, the innermost: its callers lie ever further from what is wrong. */
enum { NEAR_FRAMES = 16 };

struct near;

struct near *near_new(void);
void near_free(struct near *near);

/* Adds a report's frames, in stack order. */
void near_add(struct near *near, const struct console_frame *frames, size_t n);

enum near_by {
	NEAR_UNKNOWN, /* no frame says anything */
	NEAR_FUNCTIONS,
	NEAR_FILES,
};
enum near_by near_by(const struct near *near);

/* How many bytes of `path` name the place that is near ("fs/iomap/" of "fs/iomap/seek.c"); 0: it is
 * not. */
size_t near_size(const struct near *near, const char *path);
