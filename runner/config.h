/* What the runner was told at its start: one table of options in config.c, constant afterwards. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runner/bounds.h"

#define RUNNER_VERSION "0.1.0"

struct config {
	char *server; /* URL without a slash at its end */
	char *token;
	char *name;
	char *state; /* absolute; all the runner keeps lies below */
	char *guest_folder, *configs_folder, *workloads_folder; /* the share, absolute */
	char *own_workloads;   /* the operator's own workloads; NULL: none */
	char *roots;           /* packaged programs of other architectures, below ROOTS/ARCH */
	char *pstore;          /* NULL: where kernel and systemd have it */
	char *qemu;            /* NULL: as the architecture's row says */
	char *backend;         /* qemu, or self: this machine's own kernel is what is tested */
	char *accel;           /* auto (until the backend settles it), kvm, tcg or native */
	char *tags;            /* with commas between; "": none beside those that are found */
	char *together;        /* what this machine's runners lock in; NULL: there is one */
	char *sandbox;         /* auto or never */
	char *build_reads;     /* DIR:DIR, what builds may read as well; NULL: nothing */
	int64_t jobs;          /* make -j */
	int64_t once_idle_s;   /* ends when there was no job for so long; 0: never */
	int64_t limit_disk_mb; /* less free space than this is a fault before a build or an image */
	int64_t limit_trees_mb;        /* mirrors and worktrees */
	int64_t limit_build_mb;        /* a build's outputs, and each file of them */
	int64_t limit_memory_mb;       /* of each process of a build; 0: the machine's */
	int64_t limit_build_memory_mb; /* of all its processes together; 0: of the machine's most */
	int64_t limit_build_processes; /* at once; 0: by make's jobs */
	int64_t limit_cache_mb;        /* kernels, initrds, configs, modules kept by content */
	int64_t limit_console_mb;      /* a guest that prints more is stopped */
	bool is_root_allowed, is_verbose;
	bool is_for_enrol;     /* the command `enrol`: token is a one-time one */
	bool is_for_workloads; /* the command `workloads`: no server and no state folder are needed
				*/
	char **words;          /* behind the command, ends with NULL; they belong to argv */
	bool is_sandboxed;     /* builds run in bubblewrap; settled by sandbox_settle */
	struct bounds bounds;  /* of each build; settled by bounds_settle */

	char *token_file;  /* where the token comes from, or with `enrol` goes to; NULL: $… */
	char *enrol_token; /* as given, used by config_read only, as is the next */
	char *share;
};

enum { CONFIG_DONE = 1 };

/* Reads arguments and environment. 0; CONFIG_DONE (--help or --version was answered); or a fault
 * with a message. config_fini frees it in any case. */
int config_read(struct config *config, int argc, char **argv);
void config_fini(struct config *config);
