/* Machines: where runners live. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
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
	const char *workloads; /* JSON: [{"name", "summary", "arches", "arguments"}] */
	int64_t cpus;
	int64_t memory_mb;
	int64_t disk_free_bytes;    /* negative: unknown */
	int64_t token_id;           /* 0: an admin's, which owns nothing */
	int64_t page_size;          /* 0: unknown */
	int64_t disk_bytes;         /* 0: unknown */
	const char *firmware;       /* NULL: unknown */
	const char *linker_version; /* NULL: none */
	struct array *toolchains;
	int64_t protocol;    /* that its runner speaks */
	const char *refused; /* why its runner gets nothing; NULL: it is served */
	const char *accel;   /* what guests run on; NULL: unknown */
	const char *limits;  /* how builds are bounded; NULL: unknown */
	int is_sandboxed;    /* negative: unknown, or nothing is built */
	int64_t build_memory_mb, build_processes; /* 0: the same */
};

/* Adds it, or renews what is known. 0, MACHINE_OTHER, DB_REFUSED or a fault. */
enum { MACHINE_UNKNOWN = 2, MACHINE_OTHER = 3, MACHINE_TOKEN = 4 };
int machine_put(struct db *db, const struct machine *machine, int64_t *id);

/* Who asks for work; texts are borrowed. */
struct machine_asks {
	const char *name;
	const char *claim_id; /* its runner's own; NULL: it wants no job now */
	int64_t token_id; /* whose runner it is; 0: an admin's, who may have any machine's jobs */
};

struct machine_seen {
	int64_t id;
	int64_t token_id;  /* whose it is; 0: nobody's */
	bool is_active;    /* its operator and its slots let it have a job */
	char *archs;       /* array text */
	char *tags_spaced; /* " arch:x86_64 kvm "; machine:NAME among them, unless it was taken out
			    */
	char *job;         /* what its runner must know to do one, as JSON text; NULL: none */
	int64_t job_id;    /* 0: none */
	bool is_new;       /* job was not given to this claim before */
};
void machine_seen_fini(struct machine_seen *seen);

/* A machine asks for work, and takes a job when there is one for it; repeating a claim answers the
 * same. *out is the caller's (machine_seen_fini). 0, MACHINE_UNKNOWN, DB_REFUSED (the claim's id is
 * no UUID) or a fault. */
int machine_see(struct db *db, const struct machine_asks *asks, struct machine_seen *out);

/* What an operator says of a machine. Each is kept with who and when. 0, MACHINE_UNKNOWN,
 * DB_REFUSED (no such value) or a fault. */
struct machine_order {
	const char *name;
	const char *value; /* slots, golden: a number as text; NULL: as many as its runners ask
			      for; what passed last */
	int64_t token_id;
	const char *note; /* NULL: none */
};
int machine_state(struct db *db, const struct machine_order *order);
int machine_health(struct db *db, const struct machine_order *order);
int machine_slots(struct db *db, const struct machine_order *order);
/* Who is told of it: a mail address, or a subscription's name; NULL: nobody in particular. */
int machine_owner(struct db *db, const struct machine_order *order);
/* It is checked with this attempt's kernel, and now. */
int machine_golden_put(struct db *db, const struct machine_order *order);

/* A check that was queued; texts are the caller's. */
struct machine_golden {
	char *machine, *kernel;
	int64_t run_id;
};
void machine_golden_fini(struct machine_golden *golden);
/* Queues the check of one machine that is due: so many hours or attempts after the last (0: not by
 * that), after a failure, or because it was asked for. 0, MACHINE_UNKNOWN (none is due), or a
 * fault. */
int machine_golden(struct db *db, int64_t hours, int64_t attempts, struct machine_golden *out);

/* Notes who is heard and judges health by what attempts say; *lost: how many were lost by that. 0
 * or a fault. */
int machine_watch(struct db *db, int64_t *lost);
/* Hands it to the runner's token of this name. 0, MACHINE_UNKNOWN, MACHINE_TOKEN (there is no such
 * token, or not a runner's, or it was revoked) or a fault. */
int machine_token(struct db *db, const char *name, const char *token);

/* What machines say that a workload takes: one set of arguments, as JSON, and one of those who have
 * it. */
struct machine_workload {
	char *machine, *arguments;
};

/* All that differ, for guests of `arch`. 0 with none when no machine has said that it holds it, or
 * a fault. machine_workloads_free in any case. */
int machine_workloads(struct db *db, const char *workload, const char *arch,
	struct machine_workload **list, size_t *n);
void machine_workloads_free(struct machine_workload *list, size_t n);
