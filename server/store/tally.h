/* Counts of attempts and bugs that pages read: a cell is a revision under a profile. They are
 * counted anew from the attempts whenever something that is counted has changed, so that a
 * transaction repeated counts nothing twice. */
#pragma once

#include <stdint.h>

struct db;

struct tally_cell {
	int64_t revision_id;
	int64_t profile_id;
};

enum { TALLY_NONE = 2 };

/* Which cell an attempt counts in; from here to the transaction's end nobody else counts it. Comes
 * before any change to the attempt's exposure or occurrences, and before bug_lock, so that two
 * transactions never wait for each other. 0, TALLY_NONE (no such attempt), DB_REFUSED or a fault.
 */
int tally_lock(struct db *db, int64_t attempt_id, struct tally_cell *out);

/* After the changes, in the same transaction. 0, DB_REFUSED or a fault. */
int tally_keep(struct db *db, const struct tally_cell *cell);

/* For what moves the reports of whole bugs: nobody else counts until the transaction's end. Comes
 * before bug_lock. 0 or a fault. */
int tally_lock_all(struct db *db);

/* Behind such a move: counts these bugs anew, "{1,2}" as PostgreSQL writes lists. 0, DB_REFUSED or
 * a fault. */
int tally_bugs(struct db *db, const char *bugs);
