/* The workloads this runner holds: one folder each with a manifest.json, and their programs in the
 * share's guest folder or, for packaged ones, in PATH. */
#pragma once

#include <jansson.h>

#include "runner/config.h"

struct workload {
	json_t *manifest; /* owns the texts below */
	const char *name, *program, *progress;
	char *program_path;  /* on this host */
	char *program_guest; /* in the initramfs */
};

enum { WORKLOAD_UNKNOWN = 1 };

/* Reads workload `name`. 0; WORKLOAD_UNKNOWN when its folder or its program is not there; or a
 * fault. */
int workload_read(const struct config *config, const char *name, struct workload *out);
void workload_fini(struct workload *workload);

/* The program's arguments, comma separated, from the manifest's order and defaults and the job's
 * "name=value"s; the caller's. 0, or a fault with a message that names the argument. */
int workload_arguments(const struct workload *workload, const json_t *chosen, char **out);

/* Names of all that can run here, as an array of strings; the caller's. */
json_t *workload_names(const struct config *config);
