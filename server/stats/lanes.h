/* A graph of commits drawn beside a list of some of them, the newest first: who descends from whom,
 * through commits that are not listed too, and in which lane each stands. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Lanes beyond the last are drawn on it. */
enum { LANES_MAX = 12 };

/* One line of a row, from its upper edge, its dot or its lower edge to the next of these. */
enum lanes_how {
	LANES_THROUGH, /* from the upper to the lower edge */
	LANES_IN,      /* from the upper edge to the dot */
	LANES_OUT,     /* from the dot to the lower edge */
};
struct lanes_line {
	size_t row;
	size_t from, to; /* lanes */
	enum lanes_how how;
};

struct lanes {
	size_t *lane;   /* of each row */
	size_t *starts; /* parents of row i among the listed: parents[starts[i]] to
			   parents[starts[i + 1] - 1], as rows */
	size_t *parents;
	struct lanes_line *lines; /* by row */
	size_t n_lines;
	size_t width; /* lanes used */
};

/* `n` commits with parents as in stats/ancestry.h (parents before children, parents[starts[i]] on);
 * the rows are `shown`, from the largest to the smallest, with whether each stands on the
 * first-parent line, which is drawn straight. A parent that is also an ancestor of another parent
 * is left out. Owned (lanes_fini). */
void lanes_draw(size_t n, const size_t *starts, const size_t *parents, const size_t *shown,
	const bool *is_line, size_t n_shown, struct lanes *out);
void lanes_fini(struct lanes *lanes);
