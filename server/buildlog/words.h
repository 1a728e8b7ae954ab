/* What titles of findings are made of. */
#pragma once

#include "buildlog/buildlog.h"
#include "console/match.h"

/* A path as kbuild prints it, from the top of the tree: without "../" and "./" before it. */
void words_path(struct text path, char out[BUILDLOG_NAME]);

/* What a source file is compiled to: "mm/migrate.o"; "" for headers and all else. */
void words_object(const char *file, char out[BUILDLOG_NAME]);

/* `kind`, and `name` with its captures put in and what differs from build to build taken out:
 * numbers, offsets, guesses at what was meant. */
void words_title(
	const char *kind, const char *name, const struct match *m, char out[BUILDLOG_TITLE]);
