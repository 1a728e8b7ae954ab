/* A job as the server wrote it, read into a struct and checked: nothing of it reaches a path, an
 * argument list or a command line unchecked. */
#pragma once

#include <jansson.h>
#include <stdint.h>

struct job {
	json_t *doc; /* owns all that is below */
	int64_t id;
	struct {
		const char *name, *kind, *url,
			*branch; /* url and branch: NULL with kind "prebuilt" */
	} tree;
	struct {
		const char *hash, *commit; /* commit: NULL for a prebuilt kernel */
		json_t *patches;           /* array of {"sha256","subject"} */
		json_t *reverts;           /* array of commit ids */
		const char *release;       /* of a prebuilt kernel, else NULL */
		const char *image_sha256, *image_url, *modules_sha256, *modules_url;
		const char *running; /* the release of the kernel that runs here, else NULL */
	} revision;
	struct {
		const char *name, *arch, *config, *fs, *mkfs_options, *mount_options, *cmdline,
			*workload;
		json_t *workload_args; /* array of "name=value" */
		int64_t page_size, block_size, duration_s;
		int64_t migrations; /* the workload ends sooner, when so many were tried; 0: it
				       does not */
		int64_t memory_mb, cpus, numa_nodes; /* 0: the machine's own, with `running` */
		int64_t build_limit_s, boot_limit_s, silence_limit_s, attempt_limit_s;
	} profile;
};

enum job_kind { JOB_GIT, JOB_PREBUILT, JOB_RUNNING, JOB_KINDS };

enum job_kind job_kind(const struct job *job);

enum { JOB_TEXT_WHY_MAX = 200 };

/* 0, or a fault with `why` filled (not logged: it goes into the attempt's result). job_fini in any
 * case. */
int job_text_read(json_t *doc, struct job *job, char why[JOB_TEXT_WHY_MAX]);
void job_fini(struct job *job);
