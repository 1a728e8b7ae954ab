/* The modules a prebuilt kernel needs for our guest, out of its modules archive. */
#pragma once

#include "runner/attempt.h"
#include "runner/words.h"

struct modules {
	char *folder; /* temporary; removed by modules_fini */
	char *release;
	struct words paths; /* plain .ko files on this host, in load order */
};

/* Unpacks the archive (already in the store) and finds the closure of what architecture and file
 * system need. 0; ATTEMPT_ENDED; or a fault. */
int modules_collect(struct attempt *attempt, int64_t until_ns, struct modules *out);
void modules_fini(struct modules *modules);

/* Of what an archive left in `folder` only files and folders stay: a link could lead to a file of
 * this host, a pipe is waited for without end, a device is a disk. 0 or a fault. */
int modules_tame(const char *folder);

#define _modules_ __attribute__((cleanup(modules_fini)))
