/* The state folder at start: made if absent, locked, and what an earlier runner left in it cleared
 * up. */
#pragma once

#include "runner/claim.h"

/* Makes the folders and locks them against a second runner: the lock's fd, or a fault. */
int recover_lock(const struct config *config);

/* Ends processes, removes lock files and temporary files of a runner that was killed. */
void recover_sweep(const struct config *config);

/* Delivers what lies in the spool; an attempt without a result was interrupted. */
void recover_deliver(struct runner *runner);
