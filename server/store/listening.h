/* That somebody listens to runners: silence counts against them only meanwhile (attempt_expire). */
#pragma once

#include <stdint.h>

struct db;

/* A server that listens says so every few seconds, with the lease it gives. 0 or a fault. */
int listening_note(struct db *db, int64_t lease_s);
