/* cgroup(7), both versions: which file bounds what is a table. */
#include "runner/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"

enum {
	CGROUP_PERIOD_US = 100000, /* what the kernel counts a quota of processors by */
	CGROUP_PASSES_MAX = 5000,  /* of ending what is in a group: five seconds in all */
	CGROUP_PAUSE_US = 1000,
};

enum cgroup_value { VALUE_ONE, VALUE_MEMORY, VALUE_SWAP, VALUE_BOTH, VALUE_TASKS, VALUE_CPU };

/* What is written into a new group. What was ended for want of memory ends as a whole where the
 * kernel can do that; some kernels lack that file, and those of swap. */
static const struct cgroup_rule {
	const char *file;
	enum cgroup_kind kind;
	enum cgroup_value value;
	bool is_unified, is_needed;
} cgroup_rules[] = {
	{"cpu.cfs_quota_us", CGROUP_CPU, VALUE_CPU, false, true},
	{"cpu.max", CGROUP_CPU, VALUE_CPU, true, true},
	{"memory.limit_in_bytes", CGROUP_MEMORY, VALUE_MEMORY, false, true},
	{"memory.max", CGROUP_MEMORY, VALUE_MEMORY, true, true},
	{"memory.memsw.limit_in_bytes", CGROUP_MEMORY, VALUE_BOTH, false, false},
	{"memory.oom.group", CGROUP_MEMORY, VALUE_ONE, true, false},
	{"memory.swap.max", CGROUP_MEMORY, VALUE_SWAP, true, false},
	{"pids.max", CGROUP_TASKS, VALUE_TASKS, false, true},
	{"pids.max", CGROUP_TASKS, VALUE_TASKS, true, true},
};

enum { CGROUP_RULES = sizeof(cgroup_rules) / sizeof(cgroup_rules[0]) };

/* Where the kernel counts how often a bound was hit: "KEY N", a line each. */
static const struct {
	const char *file[2]; /* of the older hierarchies, of the unified one; NULL: nowhere */
	const char *key;
} cgroup_counters[CGROUP_KINDS] = {
	[CGROUP_MEMORY] = {{"memory.oom_control", "memory.events"}, "oom_kill "},
	[CGROUP_TASKS] = {{"pids.events", "pids.events"}, "max "},
};

/* Says nothing of a failure but errno: some files need not be there. */
static int cgroup_write(const char *folder, const char *file, int64_t value)
{
	_free_ char *path = alloc_format("%s/%s", folder, file);
	char text[24];
	const int n = snprintf(text, sizeof(text), "%lld", (long long)value);
	_fd_ int fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd >= 0 && write(fd, text, (size_t)n) == n ? 0 : -1;
}

static int64_t cgroup_value(const struct cgroup_limits *limits, enum cgroup_value value)
{
	switch (value) {
	case VALUE_ONE:
		return 1;
	case VALUE_MEMORY:
		return limits->memory_bytes;
	case VALUE_SWAP:
		return limits->swap_bytes;
	case VALUE_BOTH:
		return limits->memory_bytes + limits->swap_bytes;
	case VALUE_TASKS:
		return limits->tasks;
	case VALUE_CPU:
		return limits->cpus * CGROUP_PERIOD_US;
	}
	return 0;
}

static int cgroup_bound(const struct cgroup *group, const struct cgroup_limits *limits)
{
	for (size_t i = 0; i < CGROUP_RULES; i++) {
		const struct cgroup_rule *rule = &cgroup_rules[i];
		const char *folder = group->folders[rule->kind];
		const bool is_whole = rule->value == VALUE_CPU && limits->cpus == 0;
		if (folder == NULL || is_whole ||
			rule->is_unified != group->home->is_unified[rule->kind]) {
			continue;
		}
		if (cgroup_write(folder, rule->file, cgroup_value(limits, rule->value)) < 0 &&
			rule->is_needed) {
			return log_errno("cannot write '%s/%s'", folder, rule->file);
		}
	}
	return 0;
}

int cgroup_new(
	const struct cgroup_home *home, const struct cgroup_limits *limits, struct cgroup *out)
{
	*out = (struct cgroup){.home = home};
	_free_ char *name =
		alloc_format("faultline-%d-%lld", getpid(), (long long)number_monotonic_ns());
	for (int i = 0; i < CGROUP_KINDS; i++) {
		if (home->folders[i] == NULL) {
			continue;
		}
		_free_ char *folder = alloc_format("%s/%s", home->folders[i], name);
		if (mkdir(folder, 0755) < 0 && errno != EEXIST) { /* one folder, several kinds */
			return log_errno("cannot make the cgroup '%s'", folder);
		}
		out->doors[i] = alloc_format("%s/cgroup.procs", folder);
		out->folders[i] = folder;
		folder = NULL;
	}
	return cgroup_bound(out, limits);
}

int cgroup_enter(const struct cgroup *group)
{
	for (int i = 0; i < CGROUP_KINDS; i++) {
		if (group->doors[i] == NULL) {
			continue;
		}
		const int fd = open(group->doors[i], O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, "0", 1) != 1) {
			return -1;
		}
		close(fd);
	}
	return 0;
}

static void cgroup_kill(const char *door)
{
	_file_ FILE *file = fopen(door, "re");
	char line[32];
	int64_t pid;
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (number_parse(line, 2, INT32_MAX, &pid) == 0) {
			kill((pid_t)pid, SIGKILL);
		}
	}
}

static void cgroup_remove(const char *folder, const char *door)
{
	for (int i = 0; i < CGROUP_PASSES_MAX; i++) {
		if (rmdir(folder) == 0 || errno == ENOENT) {
			return;
		}
		cgroup_kill(door);
		usleep(CGROUP_PAUSE_US);
	}
	log_warning("the cgroup '%s' cannot be emptied", folder);
}

/* Nothing more may be forked in it, so that one pass finds all. */
void cgroup_free(struct cgroup *group)
{
	if (group->folders[CGROUP_TASKS] != NULL) {
		cgroup_write(group->folders[CGROUP_TASKS], "pids.max", 0);
	}
	for (int i = 0; i < CGROUP_KINDS; i++) {
		if (group->folders[i] != NULL) {
			cgroup_remove(group->folders[i], group->doors[i]);
		}
		free(group->folders[i]);
		free(group->doors[i]);
	}
	*group = (struct cgroup){0};
}

bool cgroup_has_hit(const struct cgroup *group, enum cgroup_kind kind)
{
	if (group->folders[kind] == NULL) {
		return false;
	}
	const char *key = cgroup_counters[kind].key;
	_free_ char *path = alloc_format("%s/%s", group->folders[kind],
		cgroup_counters[kind].file[group->home->is_unified[kind]]);
	_file_ FILE *file = fopen(path, "re");
	char line[64];
	int64_t times = 0;
	while (file != NULL && times == 0 && fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, key, strlen(key)) == 0) {
			number_parse(line + strlen(key), 0, INT64_MAX, &times);
		}
	}
	return times > 0;
}
