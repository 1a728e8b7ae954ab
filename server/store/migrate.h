/* Migrations: numbered files, each in one transaction, never edited once merged. */
#pragma once

#include <stdbool.h>

struct db;

/* The database is behind this program. */
enum { MIGRATE_BEHIND = 2 };

/* Brings the database up to date; any number of processes may try at once. With `is_check` nothing
 * is changed, and MIGRATE_BEHIND is answered when something would be. A fault: also when the
 * database is ahead, or a merged file was edited. Needs a bare connection. */
int migrate_run(struct db *db, bool is_check);
