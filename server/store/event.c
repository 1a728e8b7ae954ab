/* What happened, for pages that are open. */
#include "store/event.h"

#include "assets.h"
#include "store/db.h"

int event_add(struct db *db, const char *kind, int64_t subject_id, int64_t attempt_id)
{
	return DB_QUERY(db, "event_add", NULL, db_text(kind), db_int(subject_id),
		attempt_id == 0 ? db_null() : db_int(attempt_id));
}

int event_listen(struct db *db)
{
	return db_run_text(db, asset_find("db/queries/event_listen.sql")->data);
}

int event_since(struct db *db, int64_t id, int64_t attempt_id, struct rows **out)
{
	return DB_QUERY(db, "event_since", out, db_int(id), db_int(attempt_id));
}

int event_recent(struct db *db, struct rows **out)
{
	return db_query(db, "event_recent", out, NULL, 0);
}
