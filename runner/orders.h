/* What the guest program is told to do, as the KEY=VALUE words that runner/guest/orders.h reads. */
#pragma once

#include "runner/attempt.h"
#include "runner/words.h"

/* Adds the job's words; the workload's program lies at `program` where the guest looks. 0, or a
 * fault with a message that names the argument. */
int orders_words(const struct attempt *attempt, const char *program, struct words *out);
