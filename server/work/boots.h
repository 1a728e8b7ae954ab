/* Boots that failed, as bugs: those whose console holds no report that says why. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct db;

/* Keeps what the boot of an ended attempt failed with, in the caller's transaction; nothing when it
 * booted, or when its console holds one of `n_reports` reports. 0, DB_REFUSED or a fault. */
int boots_keep(struct db *tx, int64_t attempt_id, const char *claimed_at, size_t n_reports);
