/* The shared libraries of a packaged program that goes into a guest. */
#pragma once

#include "runner/attempt.h"
#include "runner/words.h"

/* Adds the files, on this host, that attempt->workload's program needs beside itself, its loader
 * among them; none for a static one. In the guest each lies at its path less workload.root. 0,
 * ATTEMPT_ENDED or a fault. */
int library_list(struct attempt *attempt, int64_t until_ns, struct words *out);
