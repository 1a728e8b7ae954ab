/* Machines: where runners live. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "store/array.h"

struct db;

/* What a runner says of its machine; texts are borrowed. */
struct machine {
	const char *name;
	const char *arch;
	const char *runner_version;
	const char *kernel_release;
	const char *cpu_model;
	const char *qemu_version;     /* NULL: none */
	const char *compiler_version; /* NULL: none */
	struct array *tags;
	int64_t cpus;
	int64_t memory_mb;
	int64_t disk_free_bytes; /* negative: unknown */
	int64_t token_id;
};

/* Adds it, or renews what is known. 0, DB_REFUSED or a fault. */
int machine_put(struct db *db, const struct machine *machine, int64_t *id);

struct machine_seen {
	int64_t id;
	bool is_active;
	char *archs;        /* array text */
	char *archs_spaced; /* " x86_64 arm64 " */
};
void machine_seen_fini(struct machine_seen *seen);

enum { MACHINE_UNKNOWN = 2 };
/* A machine asks for work. 0, MACHINE_UNKNOWN or a fault. */
int machine_see(struct db *db, const char *name, struct machine_seen *out);
/* 0, MACHINE_UNKNOWN, DB_REFUSED (no such state) or a fault. */
int machine_state(struct db *db, const char *name, const char *state);
