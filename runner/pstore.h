/* What a kernel that went down left for the next boot: /sys/fs/pstore, and where systemd-pstore
 * puts it from there. */
#pragma once

#include <time.h>

#include "runner/config.h"
#include "runner/spool.h"

/* Adds the kernel's last words that were kept since `since` to the spool's console. Answers how
 * many files there were, or a fault. */
int pstore_take(const struct config *config, time_t since, const struct spool *spool);
