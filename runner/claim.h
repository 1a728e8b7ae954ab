/* The runner's life: claims one job after the other and runs it. */
#pragma once

#include "runner/api.h"
#include "runner/config.h"
#include "runner/courier.h"
#include "runner/halt.h"

struct runner {
	const struct config *config;
	struct halt *halt;
	struct api *api;
	struct courier *courier;
};

/* Until the halt is HALT_STOP, or --once-idle is over. */
void claim_loop(struct runner *runner);

/* What remains when an attempt's result lies in the spool: brings it to the server and removes the
 * folder. */
void claim_deliver(struct runner *runner, struct spool *spool);
