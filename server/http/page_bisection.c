/* The commits of a search as a graph: lines and dots for the template to draw. */
#include "http/page_bisection.h"

#include <stdlib.h>

#include "http/request.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/lanes.h"

/* Of a row's drawing, which is stretched to the row's height. */
enum { LANE_WIDTH = 12, ROW_HEIGHT = 100 };

static size_t number_of(const json_t *object, const char *key)
{
	return (size_t)json_integer_value(json_object_get(object, key));
}

static json_int_t lane_x(size_t lane)
{
	return (json_int_t)(lane * LANE_WIDTH + LANE_WIDTH / 2);
}

static json_t *line_json(const struct lanes_line *line)
{
	const json_int_t top = line->how == LANES_OUT ? ROW_HEIGHT / 2 : 0;
	const json_int_t end = line->how == LANES_IN ? ROW_HEIGHT / 2 : ROW_HEIGHT;
	return json_pack("{s:I, s:I, s:I, s:I}", "x1", lane_x(line->from), "y1", top, "x2",
		lane_x(line->to), "y2", end);
}

static void graph_add(json_t *rows, const struct lanes *lanes)
{
	size_t r;
	size_t at = 0;
	json_t *row;
	json_array_foreach(rows, r, row)
	{
		json_t *lines = json_array();
		json_t *on = json_array();
		for (; at < lanes->n_lines && lanes->lines[at].row == r; at++) {
			json_array_append_new(lines, line_json(&lanes->lines[at]));
		}
		for (size_t k = lanes->starts[r]; k < lanes->starts[r + 1]; k++) {
			json_array_append(on,
				json_object_get(json_array_get(rows, lanes->parents[k]), "short"));
		}
		json_object_set_new(row, "graph",
			json_pack("{s:I, s:I, s:o, s:o}", "width",
				(json_int_t)(lanes->width * LANE_WIDTH), "x",
				lane_x(lanes->lane[r]), "lines", lines, "on", on));
	}
}

int page_bisection_add(struct request *req, struct db *db, json_t *page)
{
	(void)req;
	(void)db;
	json_t *rows = json_object_get(page, "line");
	const json_t *links = json_object_get(page, "links");
	const size_t n = number_of(links, "commits");
	const size_t n_rows = json_array_size(rows);
	const json_t *positions = json_object_get(links, "positions");
	const json_t *parents = json_object_get(links, "parents");
	const size_t n_links = json_array_size(positions);
	if (n == 0) {
		return 0;
	}
	_free_ size_t *starts = alloc_zero(n + 1, sizeof(*starts));
	_free_ size_t *older = alloc_zero(n_links + 1, sizeof(*older));
	_free_ size_t *shown = alloc_zero(n_rows + 1, sizeof(*shown));
	_free_ bool *is_line = alloc_zero(n_rows + 1, sizeof(*is_line));
	for (size_t i = 0, c = 0; c < n; c++) {
		while (i < n_links &&
			json_integer_value(json_array_get(positions, i)) == (json_int_t)c) {
			older[i] = (size_t)json_integer_value(json_array_get(parents, i));
			i++;
		}
		starts[c + 1] = i;
	}
	for (size_t r = 0; r < n_rows; r++) {
		shown[r] = number_of(json_array_get(rows, r), "position");
		is_line[r] = json_is_true(json_object_get(json_array_get(rows, r), "is_line"));
	}
	struct lanes lanes;
	lanes_draw(n, starts, older, shown, is_line, n_rows, &lanes);
	graph_add(rows, &lanes);
	lanes_fini(&lanes);
	json_object_del(page, "links");
	return 0;
}
