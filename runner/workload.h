/* The workloads this runner holds: one folder each with a manifest (manifest.h), the operator's own
 * (--workloads) before the installed ones. Their programs are, for each architecture, in the folder
 * itself (ARCH/PROGRAM or PROGRAM), in the share's guest/ARCH, or, packaged ones, below ROOTS/ARCH
 * or, where the architecture is this host's, on the host itself. */
#pragma once

#include <jansson.h>

#include "runner/arch.h"
#include "runner/config.h"
#include "runner/job_text.h"
#include "runner/manifest.h"
#include "runner/words.h"

struct workload {
	struct manifest manifest;
	char *folder;
	char *program_path; /* on this host */
	char *root; /* what its libraries lie below, "" for the host itself; NULL: it is static */
	char *program_guest;  /* in the initramfs */
	struct words helpers; /* other programs of ours that go beside it, on this host */
};

enum {
	WORKLOAD_UNKNOWN = 1,    /* no folder of that name */
	WORKLOAD_NO_PROGRAM = 2, /* no program of it for that architecture; the manifest is read */
};

/* Reads workload `name`. 0, an outcome from above, or a fault. workload_fini in any case. */
int workload_read(const struct config *config, const struct arch *arch, const char *name,
	struct workload *out);
void workload_fini(struct workload *workload);

/* Whether a job's profile gives it what it needs and arguments that it takes. NULL, or what is
 * wrong, the caller's. */
char *workload_refuse(const struct workload *workload, const struct job *job);

/* The program's arguments, comma separated, from the manifest's order and defaults and the job's
 * "name=value"s; the caller's. 0, or a fault with a message that names the argument. */
int workload_arguments(const struct workload *workload, const json_t *chosen, char **out);

/* Names of all folders that hold a manifest, sorted, each once. */
void workload_names(const struct config *config, struct words *out);

/* The guest's init for `arch`; the caller's. It may not be there. */
char *workload_init_path(const struct config *config, const struct arch *arch);
