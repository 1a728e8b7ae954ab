/* A thread that keeps an order for symbols while a kernel is built for it, and sets the halt when a
 * job waits (HALT_CANCEL) or the order is another's (HALT_LEASE). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runner/config.h"
#include "runner/halt.h"

struct symbols_lease;

/* `path` is the order's address, "/api/v1/runner/symbols/ID/heartbeat"; strings are borrowed until
 * the end. 0 or a fault. */
int symbols_lease_new(const struct config *config, struct halt *halt, const char *path,
	const char *claim_id, int64_t lease_s, bool is_patient, struct symbols_lease **out);

/* Ends the thread. NULL is fine. */
void symbols_lease_free(struct symbols_lease *lease);
