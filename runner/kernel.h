/* Kernels that were built, kept by all that went into them: source tree, config fragments,
 * compiler, build rules. A second profile of the same revision then builds nothing. */
#pragma once

#include "runner/attempt.h"
#include "runner/words.h"

enum { KERNEL_ABSENT = 2 };

/* The files of profile.config, in the order they are merged. 0, ATTEMPT_ENDED or a fault. */
int kernel_fragments(struct attempt *attempt, struct words *out);

/* What `gcc` and `ld` say of themselves; the caller's. */
char *kernel_toolchain(struct attempt *attempt, int64_t until_ns);

/* Sets attempt->kernel_key for a source tree (its git hash). 0, ATTEMPT_ENDED or a fault. */
int kernel_key(struct attempt *attempt, const char *tree, int64_t until_ns);

/* Links a kept kernel's image and config into the spool. 0, KERNEL_ABSENT or a fault. */
int kernel_recall(struct attempt *attempt);

/* Keeps what was built (paths of image and config) and links it into the spool. 0 or a fault. */
int kernel_keep(struct attempt *attempt, const char *image, const char *config);
