/* Lanes of a graph of commits: as git draws them, a row at a time from the newest on. Which listed
 * commits a commit descends from is kept as bits, one for each row. */
#include "stats/lanes.h"

#include <stdint.h>
#include <stdlib.h>

#include "shared/alloc.h"

enum { WORD_BITS = 64 };
#define NO_ROW SIZE_MAX

struct drawing {
	size_t n_rows, words;
	size_t *row;     /* of each commit, or NO_ROW */
	uint64_t *near;  /* of each commit: the rows it descends from with none between */
	uint64_t *older; /* of each row: all rows that it descends from */
	size_t *waits;   /* of each lane: the row it leads to, or NO_ROW */
	size_t n_waits;
	struct lanes *out;
};

static uint64_t *bits_of(uint64_t *all, const struct drawing *d, size_t i)
{
	return &all[i * d->words];
}

static bool bits_has(const uint64_t *bits, size_t row)
{
	return (bits[row / WORD_BITS] >> row % WORD_BITS & 1) != 0;
}

static void bits_add(uint64_t *bits, size_t row)
{
	bits[row / WORD_BITS] |= UINT64_C(1) << row % WORD_BITS;
}

static void bits_join(uint64_t *bits, const uint64_t *more, size_t words)
{
	for (size_t i = 0; i < words; i++) {
		bits[i] |= more[i];
	}
}

static void near_fill(struct drawing *d, size_t n, const size_t *starts, const size_t *parents)
{
	for (size_t c = 0; c < n; c++) {
		uint64_t *near = bits_of(d->near, d, c);
		for (size_t k = starts[c]; k < starts[c + 1]; k++) {
			const size_t p = parents[k];
			if (d->row[p] != NO_ROW) {
				bits_add(near, d->row[p]);
			} else {
				bits_join(near, bits_of(d->near, d, p), d->words);
			}
		}
	}
}

/* Is there another way from this row to that parent? */
static bool is_roundabout(struct drawing *d, const uint64_t *near, size_t parent)
{
	for (size_t row = 0; row < d->n_rows; row++) {
		if (bits_has(near, row) && bits_has(bits_of(d->older, d, row), parent)) {
			return true;
		}
	}
	return false;
}

/* Parents among the rows; from the oldest row on, so that those of older rows are known. */
static void parents_fill(struct drawing *d, const size_t *shown)
{
	for (size_t r = d->n_rows; r-- > 0;) {
		const uint64_t *near = bits_of(d->near, d, shown[r]);
		uint64_t *older = bits_of(d->older, d, r);
		for (size_t row = r + 1; row < d->n_rows; row++) {
			if (bits_has(near, row)) {
				bits_add(older, row);
				bits_join(older, bits_of(d->older, d, row), d->words);
			}
		}
	}
	struct lanes *out = d->out;
	size_t n = 0;
	size_t room = d->n_rows * 2 + 1;
	out->parents = alloc_zero(room, sizeof(*out->parents));
	for (size_t r = 0; r < d->n_rows; r++) {
		const uint64_t *near = bits_of(d->near, d, shown[r]);
		for (size_t row = r + 1; row < d->n_rows; row++) {
			if (bits_has(near, row) && !is_roundabout(d, near, row)) {
				if (n == room) {
					room *= 2;
					out->parents = alloc_resize(
						out->parents, room, sizeof(*out->parents));
				}
				out->parents[n++] = row;
			}
		}
		out->starts[r + 1] = n;
	}
}

static void line_add(struct drawing *d, size_t row, size_t from, size_t to, enum lanes_how how)
{
	struct lanes *out = d->out;
	const size_t last = LANES_MAX - 1;
	out->lines[out->n_lines++] =
		(struct lanes_line){row, from < last ? from : last, to < last ? to : last, how};
}

/* The first lane that leads to the row; for NO_ROW: that is free. */
static size_t lane_of(const struct drawing *d, size_t row)
{
	size_t lane = 0;
	while (lane < d->n_waits && d->waits[lane] != row) {
		lane++;
	}
	return lane;
}

/* To a parent: into the lane that leads there, else in a new one. */
static void parent_draw(struct drawing *d, size_t row, size_t lane, size_t parent)
{
	size_t to = lane_of(d, parent);
	if (to == d->n_waits) {
		to = d->waits[lane] == NO_ROW ? lane : lane_of(d, NO_ROW);
		d->n_waits += to == d->n_waits;
		d->waits[to] = parent;
	}
	line_add(d, row, lane, to, LANES_OUT);
}

static void row_draw(struct drawing *d, size_t row, const bool *is_line)
{
	struct lanes *out = d->out;
	size_t lane = lane_of(d, row);
	lane = lane == d->n_waits ? lane_of(d, NO_ROW) : lane;
	if (lane == d->n_waits) {
		d->waits[d->n_waits++] = NO_ROW;
	}
	for (size_t i = 0; i < d->n_waits; i++) {
		if (d->waits[i] == row) {
			line_add(d, row, i, lane, LANES_IN);
			d->waits[i] = NO_ROW;
		} else if (d->waits[i] != NO_ROW) {
			line_add(d, row, i, i, LANES_THROUGH);
		}
	}
	out->lane[row] = lane < LANES_MAX ? lane : LANES_MAX - 1;
	/* The line goes straight on, branches leave it. */
	for (unsigned of_line = 2; of_line-- > 0;) {
		for (size_t k = out->starts[row]; k < out->starts[row + 1]; k++) {
			if (is_line[out->parents[k]] == (of_line == 1)) {
				parent_draw(d, row, lane, out->parents[k]);
			}
		}
	}
	out->width = d->n_waits > out->width ? d->n_waits : out->width;
}

void lanes_draw(size_t n, const size_t *starts, const size_t *parents, const size_t *shown,
	const bool *is_line, size_t n_shown, struct lanes *out)
{
	struct drawing d = {.n_rows = n_shown, .words = n_shown / WORD_BITS + 1, .out = out};
	d.row = alloc_zero(n + 1, sizeof(*d.row));
	d.near = alloc_zero(n * d.words + 1, sizeof(*d.near));
	d.older = alloc_zero(n_shown * d.words + 1, sizeof(*d.older));
	*out = (struct lanes){.lane = alloc_zero(n_shown + 1, sizeof(*out->lane)),
		.starts = alloc_zero(n_shown + 1, sizeof(*out->starts))};
	for (size_t c = 0; c < n; c++) {
		d.row[c] = NO_ROW;
	}
	for (size_t r = 0; r < n_shown; r++) {
		d.row[shown[r]] = r;
	}
	near_fill(&d, n, starts, parents);
	parents_fill(&d, shown);
	/* A lane is made by a row or by a parent, and drawn at most once a row. */
	const size_t most = n_shown + out->starts[n_shown] + 1;
	d.waits = alloc_zero(most, sizeof(*d.waits));
	out->lines = alloc_zero(n_shown * most + most, sizeof(*out->lines));
	for (size_t r = 0; r < n_shown; r++) {
		row_draw(&d, r, is_line);
	}
	out->width = out->width < LANES_MAX ? out->width : LANES_MAX;
	free(d.row);
	free(d.near);
	free(d.older);
	free(d.waits);
}

void lanes_fini(struct lanes *lanes)
{
	free(lanes->lane);
	free(lanes->starts);
	free(lanes->parents);
	free(lanes->lines);
	*lanes = (struct lanes){0};
}
