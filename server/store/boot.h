/* Attempts whose boot failed. */
#pragma once

#include <stdint.h>

struct db;

enum { BOOT_NONE = 2 };

/* What the runner says of how it ended (the caller frees), and how long its console is. 0,
 * BOOT_NONE (it booted), DB_REFUSED or a fault. */
int boot_find(struct db *db, int64_t attempt_id, char **detail, int64_t *size_bytes);

/* Takes away what was kept of it before, and bugs that are nobody's then; all but what begins at
 * `start`; negative: all. 0, DB_REFUSED or a fault. */
int boot_drop(struct db *db, int64_t attempt_id, const char *claimed_at, int64_t start);
