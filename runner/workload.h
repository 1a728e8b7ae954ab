/* The workloads this runner holds: one folder each with a manifest.json, and their programs, for
 * each architecture: in the share's guest/ARCH, or, for packaged ones, below ROOTS/ARCH or, where
 * the architecture is this host's, on the host itself. */
#pragma once

#include <jansson.h>

#include "runner/arch.h"
#include "runner/config.h"

struct workload {
	json_t *manifest; /* owns the texts below */
	const char *name, *program, *progress;
	char *program_path; /* on this host */
	char *root; /* what its libraries lie below, "" for the host itself; NULL: it is static */
	char *program_guest; /* in the initramfs */
};

enum { WORKLOAD_UNKNOWN = 1 };

/* Reads workload `name`. 0; WORKLOAD_UNKNOWN when its folder or its program for `arch` is not
 * there; or a fault. */
int workload_read(const struct config *config, const struct arch *arch, const char *name,
	struct workload *out);
void workload_fini(struct workload *workload);

/* The program's arguments, comma separated, from the manifest's order and defaults and the job's
 * "name=value"s; the caller's. 0, or a fault with a message that names the argument. */
int workload_arguments(const struct workload *workload, const json_t *chosen, char **out);

/* Names of all that can run in guests of `arch`, as an array of strings; the caller's. */
json_t *workload_names(const struct config *config, const struct arch *arch);

/* The guest's init for `arch`; the caller's. It may not be there. */
char *workload_init_path(const struct config *config, const struct arch *arch);
