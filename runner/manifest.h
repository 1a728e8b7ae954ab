/* What a workload's folder says of it: manifest.json, described in faultline-runner(1). It is
 * people's own writing, so everything in it is checked, and what is wrong is told with the file,
 * the line, and what would be right. */
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct manifest {
	json_t *json; /* owns all below */
	const char *name, *summary, *program;
	const char *progress;    /* how it is read: pipe or time (guest/workload.h) */
	const char *unit;        /* what progress counts */
	const json_t *arguments; /* as shared/argument.h reads them */
	/* What it needs of a profile; 0 and NULL: nothing. */
	int64_t numa_nodes, memory_mb;
	const json_t *file_systems;
	const json_t *programs; /* other guest programs that it calls */
	/* A root file system; packages is NULL when it needs none. */
	const json_t *packages, *packages_of; /* for all, and for an architecture more */
	const char *suite, *mirror; /* of Debian; one mirror, since lists of security updates are
				       often broken for the less usual architectures */
};

/* Reads manifest.json in `folder`, whose last part is the workload's name. 0; FILE_ABSENT when
 * there is none; or a fault that names file, line and what is wrong. manifest_fini in any case. */
int manifest_read(const char *folder, struct manifest *out);

/* The same for bytes at hand; `path` is for messages. 0 or a fault. */
int manifest_take(
	const char *path, const char *name, const char *text, size_t size, struct manifest *out);

void manifest_fini(struct manifest *manifest);
