/* What the server is told of this machine. */
#pragma once

#include <jansson.h>

#include "runner/config.h"

/* {"machine":{…}, "protocol":N}; the caller's. Runs `qemu --version` and the like, so not for every
 * claim. */
json_t *machine_facts(const struct config *config);

/* Whether two facts differ in what is worth telling: anything, but free space only by more than a
 * GiB. */
bool machine_is_changed(const json_t *before, const json_t *now);
