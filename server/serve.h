/* The server as a process: what starts and ends in which order. */
#pragma once

#include <stdbool.h>

struct config;

/* Serves HTTP, runs the background stages, or both, until SIGTERM or SIGINT. An exit status. */
int serve_run(const struct config *config, bool has_http, bool has_work);

/* --check: sees that the state folder can be written, --listen is an address, and the database
 * answers with the schema of this program. An exit status. */
int serve_check(const struct config *config);
