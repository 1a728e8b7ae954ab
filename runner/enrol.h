/* The command `enrol`: a machine gets its own token for a one-time one. */
#pragma once

#include "runner/config.h"

/* Writes config->token_file, readable by its owner only: the token, the server and the name. 0, or
 * a fault that says why. */
int enrol_run(const struct config *config);
