/* /proc/PID/stat names the parent, /proc/PID/status counts pages. */
#include "runner/watch.h"

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"

struct member {
	pid_t pid, parent;
	int64_t threads;
	bool is_family;
};

struct members {
	struct member *list; /* by pid */
	size_t count, room;
};

/* False: it has ended meanwhile. The name of a program may hold anything. */
static bool member_read(pid_t pid, struct member *out)
{
	char path[64];
	char line[1024];
	long threads = 0;
	int parent = 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	_file_ FILE *file = fopen(path, "re");
	const char *behind =
		file != NULL && fgets(line, sizeof(line), file) != NULL ? strrchr(line, ')') : NULL;
	if (behind == NULL ||
		sscanf(behind,
			") %*c %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %ld",
			&parent, &threads) != 2) {
		return false;
	}
	*out = (struct member){.pid = pid, .parent = parent, .threads = threads};
	return true;
}

static int member_compare(const void *a, const void *b)
{
	const struct member *x = a;
	const struct member *y = b;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static const struct member *members_find(const struct members *all, pid_t pid)
{
	const struct member key = {.pid = pid};
	return bsearch(&key, all->list, all->count, sizeof(key), member_compare);
}

static int members_read(struct members *all)
{
	DIR *folder = opendir("/proc");
	if (folder == NULL) {
		return log_errno("cannot list processes");
	}
	for (struct dirent *e = readdir(folder); e != NULL; e = readdir(folder)) {
		int64_t pid;
		if (number_parse(e->d_name, 1, INT32_MAX, &pid) != 0) {
			continue;
		}
		if (all->count == all->room) {
			all->room = all->room == 0 ? 256 : all->room * 2;
			all->list = alloc_resize(all->list, all->room, sizeof(*all->list));
		}
		all->count += member_read((pid_t)pid, &all->list[all->count]);
	}
	closedir(folder);
	qsort(all->list, all->count, sizeof(*all->list), member_compare);
	return 0;
}

/* Those whose parent is known to be of the family, until there are no more. */
static void members_mark(struct members *all, pid_t eldest)
{
	for (bool is_more = true; is_more;) {
		is_more = false;
		for (size_t i = 0; i < all->count; i++) {
			struct member *m = &all->list[i];
			const struct member *parent = members_find(all, m->parent);
			const bool is_new =
				!m->is_family &&
				(m->pid == eldest || (parent != NULL && parent->is_family));
			m->is_family |= is_new;
			is_more |= is_new;
		}
	}
}

static int members_family(struct members *all, pid_t eldest)
{
	const int r = members_read(all);
	if (r == 0) {
		members_mark(all, eldest);
	}
	return r;
}

/* What counts as memory: pages of its own, and those shared that are of no file on a disk. */
static int64_t member_memory_bytes(const struct member *m)
{
	char path[64];
	char line[256];
	long long kib = 0;
	int64_t sum = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", m->pid);
	_file_ FILE *file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "RssAnon: %lld", &kib) == 1 ||
			sscanf(line, "RssShmem: %lld", &kib) == 1) {
			sum += kib;
		}
	}
	return sum * 1024;
}

int watch_family(pid_t eldest, struct watch *out)
{
	struct members all = {0};
	*out = (struct watch){0};
	const int r = members_family(&all, eldest);
	for (size_t i = 0; i < all.count; i++) {
		if (all.list[i].is_family) {
			out->memory_bytes += member_memory_bytes(&all.list[i]);
			out->tasks += all.list[i].threads;
		}
	}
	free(all.list);
	return r;
}

void watch_kill(pid_t eldest)
{
	struct members all = {0};
	members_family(&all, eldest);
	for (size_t i = 0; i < all.count; i++) {
		if (all.list[i].is_family) {
			kill(all.list[i].pid, SIGKILL);
		}
	}
	free(all.list);
}
