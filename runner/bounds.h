/* What a program may take with all that comes of it: memory and processes of a whole build, where
 * limits of each process (prlimit) bound nothing, since it may start as many as it likes. The
 * kernel keeps them by a cgroup where one can be made; elsewhere the runner looks now and then, and
 * ends what took more. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "runner/cgroup.h"

enum bound { BOUND_NONE, BOUND_MEMORY, BOUND_TASKS };

struct bounds {
	struct cgroup_limits limits; /* zeroed: not settled, nothing is bounded */
	struct cgroup_home home;
	bool is_by_cgroup; /* else by looking */
};

struct config;

/* Settles config->bounds from its limits and from what this machine is, and says which way they are
 * kept; a machine that builds nothing needs none. Before the runner has children (cgroup_settle).
 */
void bounds_settle(struct config *config);

/* For the server: cgroup, watch, or none where nothing is built. */
const char *bounds_how(const struct bounds *bounds);
void bounds_fini(struct bounds *bounds);

/* One bounded program. */
struct bounded {
	const struct bounds *bounds; /* NULL: it is not bounded */
	struct cgroup cgroup;
	int64_t look_ns; /* when it is to be looked at again */
};

enum { BOUNDS_LOOK_MS = 500 };

/* Before the fork. 0 or a fault; bounded_end in any case. `bounds` may be NULL. */
int bounded_begin(const struct bounds *bounds, struct bounded *out);

/* Which bound was passed; `pid` is the program's, 0: it has ended, and only a cgroup knows. */
enum bound bounded_passed(const struct bounded *bounded, pid_t pid);

/* SIGKILL to all that came of it, where no cgroup does that in the end. */
void bounded_kill(const struct bounded *bounded, pid_t pid);

/* Ends what of it is left. */
void bounded_end(struct bounded *bounded);
