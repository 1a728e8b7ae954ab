/* All that came of one process, as /proc has it: for where no cgroup can be made. What has left its
 * parent is found only where it cannot leave the family, as in a sandbox, whose first process
 * becomes the parent of orphans. Memory that no process maps (files in /tmp of a sandbox, memfd) is
 * not seen. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

struct watch {
	int64_t memory_bytes; /* resident and not of files; what several share counts for each */
	int64_t tasks;        /* threads too, as in a cgroup */
};

/* Takes a pass over all processes of the machine: milliseconds. 0 or a fault. */
int watch_family(pid_t eldest, struct watch *out);

/* SIGKILL to all of them. */
void watch_kill(pid_t eldest);
