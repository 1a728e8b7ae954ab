/* The guest's initramfs: its init, the workload's program, and for prebuilt kernels their modules.
 */
#pragma once

#include "runner/attempt.h"
#include "shared/file.h"

/* Makes it, or finds it made from the same inputs, and links it into the spool as `initrd`. 0,
 * ATTEMPT_ENDED or a fault. */
int initrd_make(struct attempt *attempt, int64_t until_ns);
