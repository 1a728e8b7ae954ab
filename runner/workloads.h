/* All workloads at once: for the server, and for whoever writes one. */
#pragma once

#include <jansson.h>

#include "runner/config.h"

/* What the server is told: [{"name", "summary", "arches", "arguments"}], of all that can run in
 * guests of some architecture that is taken here. The caller's. A manifest that is wrong is logged
 * and left out. */
json_t *workloads_facts(const struct config *config);

/* `faultline-runner workloads [NAME or FOLDER…]`: prints each with where it can run and its
 * arguments; a word with a slash is a folder that is not installed yet. 0, or a fault when one is
 * wrong or not there, which is told on standard error. */
int workloads_show(const struct config *config);
