/* The cgroup's counters, or a look at the family. */
#include "runner/bounds.h"

#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "runner/config.h"
#include "runner/watch.h"
#include "shared/log.h"
#include "shared/number.h"

enum {
	BOUNDS_EIGHTHS = 7, /* of the machine's memory are a build's, unless told otherwise */
	BOUNDS_TASKS = 256, /* what make and git need by themselves … */
	BOUNDS_TASKS_JOB =
		32, /* … and each of make's jobs: shells, ccache, compiler, assembler, twice over */
};

static int64_t bounds_share(const struct sysinfo *here, unsigned long units)
{
	return (int64_t)units * here->mem_unit / 8 * BOUNDS_EIGHTHS;
}

/* A machine with little memory links in its swap; who names a number means all of it. */
static struct cgroup_limits bounds_limits(const struct config *config)
{
	struct sysinfo here = {0};
	sysinfo(&here);
	const int64_t asked_mb = config->limit_build_memory_mb;
	const int64_t asked_tasks = config->limit_build_processes;
	return (struct cgroup_limits){
		.memory_bytes = asked_mb > 0 ? asked_mb << 20 : bounds_share(&here, here.totalram),
		.swap_bytes = asked_mb > 0 ? 0 : bounds_share(&here, here.totalswap),
		.tasks = asked_tasks > 0 ? asked_tasks
					 : BOUNDS_TASKS + BOUNDS_TASKS_JOB * config->jobs,
		.cpus = config->jobs < sysconf(_SC_NPROCESSORS_ONLN) ? config->jobs : 0};
}

void bounds_settle(struct config *config)
{
	struct bounds *b = &config->bounds;
	if (strcmp(config->backend, "self") == 0) {
		return;
	}
	b->limits = bounds_limits(config);
	b->is_by_cgroup = cgroup_settle(&b->home) == 0;
	log_info("a build may take %lld MiB of memory and %lld processes, %s",
		(long long)(b->limits.memory_bytes >> 20), (long long)b->limits.tasks,
		b->is_by_cgroup
			? "bounded by a cgroup"
			: "watched from here: no cgroup may be made (systemd: Delegate=yes)");
}

const char *bounds_how(const struct bounds *bounds)
{
	return bounds->limits.tasks == 0 ? "none" : bounds->is_by_cgroup ? "cgroup" : "watch";
}

void bounds_fini(struct bounds *bounds)
{
	cgroup_home_fini(&bounds->home);
}

int bounded_begin(const struct bounds *bounds, struct bounded *out)
{
	const bool is_settled = bounds != NULL && bounds->limits.tasks > 0;
	*out = (struct bounded){.bounds = is_settled ? bounds : NULL,
		.look_ns = number_monotonic_ns() + BOUNDS_LOOK_MS * 1000000LL};
	return is_settled && bounds->is_by_cgroup
		       ? cgroup_new(&bounds->home, &bounds->limits, &out->cgroup)
		       : 0;
}

static enum bound bounded_watched(const struct cgroup_limits *limits, pid_t pid)
{
	struct watch seen;
	if (watch_family(pid, &seen) < 0) {
		return BOUND_NONE;
	}
	return seen.memory_bytes > limits->memory_bytes ? BOUND_MEMORY
	       : seen.tasks > limits->tasks             ? BOUND_TASKS
							: BOUND_NONE;
}

enum bound bounded_passed(const struct bounded *b, pid_t pid)
{
	if (b->bounds == NULL) {
		return BOUND_NONE;
	}
	if (!b->bounds->is_by_cgroup) {
		return pid > 0 ? bounded_watched(&b->bounds->limits, pid) : BOUND_NONE;
	}
	return cgroup_has_hit(&b->cgroup, CGROUP_MEMORY)  ? BOUND_MEMORY
	       : cgroup_has_hit(&b->cgroup, CGROUP_TASKS) ? BOUND_TASKS
							  : BOUND_NONE;
}

void bounded_kill(const struct bounded *b, pid_t pid)
{
	if (b->bounds != NULL && !b->bounds->is_by_cgroup) {
		watch_kill(pid);
	}
}

void bounded_end(struct bounded *bounded)
{
	cgroup_free(&bounded->cgroup);
	*bounded = (struct bounded){0};
}
