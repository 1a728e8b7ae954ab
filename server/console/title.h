/* Titles: which format of a marker fits the lines of a report, and what it is called then. */
#pragma once

#include "console/facts.h"
#include "console/format.h"

#include <stddef.h>

enum {
	TITLE_MAX = 256,     /* with room for what 120 bytes of the field's titles become */
	TITLE_ALTS_MAX = 16, /* two templates times the few spellings of one function */
};

struct title {
	char text[TITLE_MAX];
	char alts[TITLE_ALTS_MAX][TITLE_MAX]; /* sorted, each once */
	int n_alts;
	const char *corrupted_why;   /* a constant; NULL when not corrupted */
	const struct format *format; /* NULL: no format knows these words */
};

/* Titles the report in lines[0..n), which begins with a line of `marker`. */
void title_make(const struct marker *marker, const struct line *lines, size_t n, struct title *out);

/* Whether any format of the marker knows this line. */
bool title_knows(const struct marker *marker, struct text line);

/* The function which a title names: points into the title, size 0 when it names none. */
struct text title_function(const char *title);

/* Takes out of a title what differs from crash to crash: numbers, addresses, offsets. In place. */
void title_clean(char title[TITLE_MAX]);
