/* A bug that is first seen at a commit may be older: it is not, as far as the attempts before that
 * commit would have shown it at the rate at which it is seen since. Strata are profiles, as
 * everywhere. */
#include "http/page_overview.h"

#include <stdio.h>

#include "http/page_bug.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/rate.h"
#include "stats/ratio.h"

/* Of a chance, above which nobody would call it sure. */
#define SURE 0.01

/* A profile has a cell for each side, and they stand beside each other. */
static size_t cells_read(const json_t *list, struct rate_cell *cells)
{
	size_t i;
	size_t n = 0;
	const json_t *one;
	json_int_t last = 0;
	json_array_foreach(list, i, one)
	{
		const json_int_t profile = json_integer_value(json_object_get(one, "profile"));
		if (n == 0 || profile != last) {
			cells[n++] = (struct rate_cell){0};
			last = profile;
		}
		struct rate_cell *cell = &cells[n - 1];
		cell->before.exposure += json_number_value(json_object_get(one, "before"));
		cell->after.exposure += json_number_value(json_object_get(one, "after"));
		cell->after.events += json_number_value(json_object_get(one, "events"));
	}
	return n;
}

static json_t *sure_of(const json_t *list)
{
	_free_ struct rate_cell *cells = NULL;
	struct ratio ratio = {0};
	if (json_array_size(list) == 0) {
		return json_null();
	}
	cells = alloc_zero(json_array_size(list), sizeof(*cells));
	if (ratio_interval(cells, cells_read(list, cells), RATE_CONFIDENCE, &ratio) != 0) {
		return json_null();
	}
	char chance[32];
	snprintf(chance, sizeof(chance), ratio.chance < 1e-6 ? "below 10⁻⁶" : "%.2g", ratio.chance);
	return json_pack("{s:b,s:s}", "is_sure", ratio.chance < SURE, "chance", chance);
}

int page_overview_add(struct request *req, struct db *db, json_t *page)
{
	size_t i;
	json_t *bug;
	json_array_foreach(json_object_get(page, "bugs"), i, bug)
	{
		json_object_set_new(bug, "sure", sure_of(json_object_get(bug, "cells")));
		json_object_del(bug, "cells");
	}
	return page_bug_add(req, db, page);
}
