/* The steps of a job, one file each; job.c has the table. Each answers 0 to go on, ATTEMPT_ENDED
 * when it has said how the attempt ends, or a fault, which ends the attempt with what was logged
 * last. `until_ns` is when it must be over. */
#pragma once

#include "runner/attempt.h"

int checkout_run(struct attempt *attempt, int64_t until_ns);
int prebuilt_run(
	struct attempt *attempt, int64_t until_ns); /* the checkout of a kernel that came ready */
int running_run(struct attempt *attempt, int64_t until_ns); /* … of the one that runs here */
int build_run(struct attempt *attempt, int64_t until_ns);

/* Not a step of a job: the kernel once more with debug information, its vmlinux kept as `path`. */
int build_vmlinux(struct attempt *attempt, const char *path, int64_t until_ns);

int image_run(struct attempt *attempt, int64_t until_ns);
int image_disk_run(struct attempt *attempt, int64_t until_ns); /* without an initramfs */
int boot_run(struct attempt *attempt, int64_t until_ns);
int workload_run(struct attempt *attempt, int64_t until_ns);
int collect_run(struct attempt *attempt, int64_t until_ns);

/* Ends the guest if it still runs; for any way out of a job. */
void boot_stop(struct attempt *attempt);
