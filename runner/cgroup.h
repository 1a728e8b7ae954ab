/* A cgroup for each program that is not to be trusted, so that the kernel bounds it with all that
 * comes of it. Made in the runner's own cgroup, which somebody must have handed over: systemd
 * (Delegate=yes), a container, or whoever is root. Plain folders and files: no library is needed
 * for five writes. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { CGROUP_ABSENT = 2 };

/* What is bounded: a row of cgroup.c's tables each. */
enum cgroup_kind { CGROUP_MEMORY, CGROUP_TASKS, CGROUP_CPU };
enum { CGROUP_KINDS = 3 };

/* Where groups are made; all in one folder in the unified hierarchy, else one for each kind. */
struct cgroup_home {
	char *folders[CGROUP_KINDS]; /* NULL: this is not bounded */
	bool is_unified[CGROUP_KINDS];
};

struct cgroup_limits {
	int64_t memory_bytes, tasks;
	int64_t swap_bytes; /* beside the memory; what looks on counts memory only */
	int64_t cpus;       /* 0: as many as there are */
};

/* One group; zeroed: none. */
struct cgroup {
	const struct cgroup_home *home; /* borrowed: it lives longer */
	char *folders[CGROUP_KINDS];
	char *doors[CGROUP_KINDS]; /* the files through which a process enters */
};

/* Finds out where groups may be made, and removes those of runners that are gone. In the unified
 * hierarchy the caller itself moves into a group beside them (none but leaves hold processes), so
 * before it has children. 0; CGROUP_ABSENT: memory or tasks cannot be bounded. cgroup_home_fini in
 * any case. */
int cgroup_settle(struct cgroup_home *home);
void cgroup_home_fini(struct cgroup_home *home);

/* The same with the text of /proc/self/cgroup and /proc/self/mountinfo given. */
int cgroup_settle_as(struct cgroup_home *home, const char *cgroups, const char *mounts);

/* The folder in which `mounts` shows what `cgroups` says of us in the hierarchy that has
 * `controller` (NULL: the unified one); the caller's, NULL: there is none. */
char *cgroup_find(const char *cgroups, const char *mounts, const char *controller);

/* 0 or a fault. cgroup_free in any case. */
int cgroup_new(
	const struct cgroup_home *home, const struct cgroup_limits *limits, struct cgroup *out);

/* Ends what is still in it, and removes it. */
void cgroup_free(struct cgroup *group);

/* Brings the caller into it. Async-signal-safe: for between fork and exec. 0, or -1 with errno. */
int cgroup_enter(const struct cgroup *group);

/* Whether the kernel ended something of it for want of memory, or refused it another process. */
bool cgroup_has_hit(const struct cgroup *group, enum cgroup_kind kind);
