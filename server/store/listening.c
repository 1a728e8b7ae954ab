/* That somebody listens to runners. */
#include "store/listening.h"

#include "store/db.h"

int listening_note(struct db *db, int64_t lease_s)
{
	return DB_QUERY(db, "listening_note", NULL, db_int(lease_s));
}
