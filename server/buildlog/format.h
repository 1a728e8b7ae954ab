/* What lines of build logs say, as tables. */
#pragma once

#include "console/match.h"

#include <stdbool.h>

enum said {
	SAID_WARNING,
	SAID_ERROR,
	SAID_FAILURE, /* make gives up: told where nothing else says why */
};

/* A line by which something is found. In `name` and `unit`: $1 … $6 what the line captured. */
struct format {
	const char *line; /* a pattern (console/match.h) */
	enum said said;
	const char *name; /* the title's end */
	int file;         /* the capture that names the source file; 0: none does */
	const char *unit; /* what was made; NULL: what the file is compiled to */
};

/* The first format that knows the line, its captures in *m; NULL: none. */
const struct format *format_find(struct text line, struct match *m);

/* "  CC [M]  fs/xfs/xfs.o": what a step of kbuild makes; size 0 for other lines, and for steps that
 * compile and link nothing. *is_step: it is a step. */
struct text format_step(struct text line, bool *is_step);

/* For the tests: the n-th format, or NULL. */
const struct format *format_at(size_t n);
