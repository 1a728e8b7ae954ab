/* Rates of bugs: k attempts in which one occurred, out of `exposure` migrations tried. */
#include "http/page_bug.h"

#include <stdio.h>

#include "http/page_report.h"
#include "http/page_verdict.h"
#include "http/routes.h"
#include "stats/rate.h"
#include "store/db.h"
#include "store/row.h"

#define RATE_UNIT 1e6

json_t *page_bug_rate(double per_unit)
{
	char text[32];
	const double rate = per_unit * RATE_UNIT;
	snprintf(text, sizeof(text), rate < 1000 ? "%.3g" : "%.0f", rate);
	return json_string(text);
}

static void set_rate(json_t *object, const char *key, bool is_known, double per_unit)
{
	json_object_set_new(object, key, is_known ? page_bug_rate(per_unit) : json_null());
}

static void rate_add(json_t *object, int64_t events, double exposure)
{
	struct rate rate = {0};
	const bool is_known = rate_interval(events, exposure, RATE_CONFIDENCE, &rate) == 0;
	set_rate(object, "rate", is_known && !rate.is_bound, rate.per_unit);
	set_rate(object, "rate_low", is_known && !rate.is_bound, rate.low);
	set_rate(object, "rate_high", is_known, rate.high);
}

/* The page's JSON is our own and shallow. */
static void walk(json_t *value)
{
	size_t i;
	const char *key;
	json_t *inner;
	if (json_is_array(value)) {
		json_array_foreach(value, i, inner)
		{
			walk(inner);
		}
		return;
	}
	if (!json_is_object(value)) {
		return;
	}
	json_object_foreach(value, key, inner)
	{
		walk(inner);
	}
	const json_t *events = json_object_get(value, "k");
	const json_t *exposure = json_object_get(value, "exposure");
	if (json_is_integer(events) && exposure != NULL) {
		rate_add(value, json_integer_value(events), json_number_value(exposure));
	}
}

int page_bug_add(struct request *req, struct db *db, json_t *page)
{
	(void)req;
	(void)db;
	walk(page);
	report_lines(page);
	return 0;
}

static int life_add(struct db *db, const char *id, json_t *page)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "page_bug_life", &rows, db_text(id));
	if (outcome != 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	if (rows_count(rows) > 0) {
		json_t *life = json_loads(row_text(rows, 0, "page"), 0, NULL);
		json_object_set(page, "is_settled", json_object_get(life, "is_settled"));
		json_object_set(page, "pending", json_object_get(life, "pending"));
		json_object_set_new(page, "life", life);
	}
	return 0;
}

int page_bug_life_add(struct request *req, struct db *db, json_t *page)
{
	int outcome = life_add(db, route_part(req, "{id}"), page);
	if (outcome == 0) {
		outcome = page_verdict_ranges(db, page);
	}
	return outcome == 0 ? page_bug_add(req, db, page) : outcome;
}
