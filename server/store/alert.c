/* Alerts: what people should know. */
#include "store/alert.h"

#include <string.h>

#include "store/db.h"
#include "store/row.h"

int alert_decide(struct db *db, const char *query, bool *did)
{
	_rows_ struct rows *made = NULL, *written = NULL;
	const int outcome = db_query(db, query, &made, NULL, 0);
	if (outcome != 0 || strcmp(row_text(made, 0, "alerts"), "{}") == 0) {
		return outcome;
	}
	*did = true;
	return DB_QUERY(db, "alert_deliver", &written, db_text(row_text(made, 0, "alerts")));
}

int alert_mark(struct db *db, const struct alert_order *order)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "alert_mark", &rows, db_text(order->alert),
		db_text(order->action), db_int(order->token_id), db_text(order->assignee),
		order->days == 0 ? db_null() : db_int(order->days), db_text(order->note));
	return outcome == 0 && rows_count(rows) == 0 ? ALERT_NONE : outcome;
}
