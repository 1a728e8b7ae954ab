/* The root file system of a workload that asks for one ("needs": {"root": …}): Debian packages of
 * the guest's architecture, extracted by mmdebstrap and never run here, as an image of the very
 * file system under test, so that what the workload's programs are read from is tested too. Made
 * once for each recipe, below ROOTS/images, without root privileges where user namespaces allow. */
#pragma once

#include "runner/attempt.h"

/* Makes it, or finds it made by the same recipe, and links it into the spool as `root.img`; nothing
 * is done for a workload without one. 0, ATTEMPT_ENDED or a fault. */
int root_make(struct attempt *attempt, int64_t until_ns);
