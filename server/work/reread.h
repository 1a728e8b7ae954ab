/* Reads consoles and build logs again that an older reader has read, those of an attempt in one
 * transaction, beside a running server: a preview says what would change, a pass that is applied
 * changes it. Ended at any instant, it goes on where it was when it is begun again. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct db;
struct reread;

/* What is not in the database. */
struct reread_count {
	int64_t read;   /* attempts, since this process began */
	int64_t failed; /* could not be read; told in the log */
	int64_t busy;   /* a server was at it just then */
};

/* Goes on with a pass for one batch of attempts and moves pass->last_attempt_id; *n: how many there
 * were, 0: that was all. 0, or a fault of the database. */
int reread_batch(struct db *db, struct reread *pass, struct reread_count *count, size_t *n);
