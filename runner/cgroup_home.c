/* Which cgroup is ours, and whether others may be made in it. */
#include "runner/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/number.h"

enum { HOME_TEXT_MAX = 1 << 20 };

/* In the kernel's words, and a file that a group has where it is bounded. */
static const struct {
	const char *controller;
	const char *file[2]; /* of the older hierarchies, of the unified one */
} home_kinds[CGROUP_KINDS] = {
	[CGROUP_MEMORY] = {"memory", {"memory.limit_in_bytes", "memory.max"}},
	[CGROUP_TASKS] = {"pids", {"pids.max", "pids.max"}},
	[CGROUP_CPU] = {"cpu", {"cpu.cfs_quota_us", "cpu.max"}},
};

/* Whether `word` is in a list with `between` between its words. */
static bool home_lists(const char *list, char between, const char *word)
{
	const char ends[] = {between, '\n', '\0'};
	const size_t n = strlen(word);
	while (*list != '\0') {
		const size_t length = strcspn(list, ends);
		if (length == n && strncmp(list, word, n) == 0) {
			return true;
		}
		list += length + (list[length] != '\0');
	}
	return false;
}

/* Our path out of /proc/self/cgroup, whose lines are "NUMBER:CONTROLLERS:PATH"; the caller's. */
static char *home_path(const char *cgroups, const char *controller)
{
	_free_ char *text = alloc_copy(cgroups);
	char *rest = text;
	for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
		char *fields = line;
		strsep(&fields, ":");
		const char *list = strsep(&fields, ":");
		if (fields != NULL && (controller == NULL ? list[0] == '\0'
							  : home_lists(list, ',', controller))) {
			return alloc_copy(fields);
		}
	}
	return NULL;
}

/* A line of mountinfo: "… … … ROOT POINT OPTIONS … - TYPE SOURCE CONTROLLERS". Where `path` is seen
 * through it; the caller's, NULL: it is of another hierarchy, or shows another part. */
static char *home_seen(const char *line, const char *controller, const char *path)
{
	_free_ char *root = NULL;
	_free_ char *point = NULL;
	_free_ char *type = NULL;
	_free_ char *options = NULL;
	const char *behind = strstr(line, " - ");
	if (behind == NULL || sscanf(line, "%*s %*s %*s %ms %ms", &root, &point) != 2 ||
		sscanf(behind, " - %ms %*s %ms", &type, &options) != 2 ||
		strcmp(type, controller == NULL ? "cgroup2" : "cgroup") != 0 ||
		(controller != NULL && !home_lists(options, ',', controller))) {
		return NULL;
	}
	const size_t n = strcmp(root, "/") == 0 ? 0 : strlen(root);
	if (strncmp(path, root, n) != 0 || path[n] != '/') {
		return n > 0 && strcmp(path, root) == 0 ? alloc_copy(point) : NULL;
	}
	return path[n + 1] == '\0' ? alloc_copy(point) : alloc_format("%s%s", point, path + n);
}

char *cgroup_find(const char *cgroups, const char *mounts, const char *controller)
{
	_free_ char *path = home_path(cgroups, controller);
	_free_ char *text = alloc_copy(mounts);
	char *rest = text;
	char *found = NULL;
	char *line = path != NULL ? strsep(&rest, "\n") : NULL;
	for (; found == NULL && line != NULL; line = strsep(&rest, "\n")) {
		found = home_seen(line, controller, path);
	}
	return found;
}

/* Where systemd is, root may write anywhere, but only what systemd handed over (Delegate=) stays as
 * it is written. What another user may write was handed over. */
static bool home_is_ours(const char *own)
{
	char given[2] = "";
	if (geteuid() != 0 || access("/run/systemd/system", F_OK) < 0) {
		return true;
	}
	return (getxattr(own, "user.delegate", given, sizeof(given)) == 1 ||
		       getxattr(own, "trusted.delegate", given, sizeof(given)) == 1) &&
	       given[0] == '1';
}

static int home_write(const char *folder, const char *file, const char *text)
{
	_free_ char *path = alloc_format("%s/%s", folder, file);
	_fd_ int fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd >= 0 && write(fd, text, strlen(text)) > 0 ? 0 : -1;
}

/* Moves the caller out of `own` into a group within it; the hierarchy's root may keep processes. */
static int home_step_aside(const char *own)
{
	_free_ char *type = alloc_format("%s/cgroup.type", own);
	_free_ char *aside = alloc_format("%s/faultline-runner", own);
	if (access(type, F_OK) < 0) {
		return 0;
	}
	return mkdir(aside, 0755) < 0 && errno != EEXIST ? -1
							 : home_write(aside, "cgroup.procs", "0");
}

static void home_step_back(const char *own)
{
	_free_ char *aside = alloc_format("%s/faultline-runner", own);
	home_write(own, "cgroup.procs", "0");
	rmdir(aside);
}

/* What the unified hierarchy can bound is handed on to the groups below `own`. */
static void home_unified(struct cgroup_home *home, const char *own)
{
	_free_ char *path = alloc_format("%s/cgroup.controllers", own);
	_free_ char *has = NULL;
	int handed = 0;
	if (!home_is_ours(own) || file_read(path, HOME_TEXT_MAX, &has, NULL) != 0 ||
		home_step_aside(own) < 0) {
		return;
	}
	for (int i = 0; i < CGROUP_KINDS; i++) {
		_free_ char *more = alloc_format("+%s", home_kinds[i].controller);
		if (home_lists(has, ' ', home_kinds[i].controller) &&
			home_write(own, "cgroup.subtree_control", more) == 0) {
			home->folders[i] = alloc_copy(own);
			home->is_unified[i] = true;
			handed++;
		}
	}
	if (handed == 0) {
		home_step_back(own);
	}
}

/* Tried, since a folder may be another's, or read-only. */
static bool home_serves(const struct cgroup_home *home, int kind)
{
	const char *file = home_kinds[kind].file[home->is_unified[kind]];
	_free_ char *folder = alloc_format("%s/faultline-%d-try", home->folders[kind], getpid());
	_free_ char *path = alloc_format("%s/%s", folder, file);
	if (!home_is_ours(home->folders[kind]) || mkdir(folder, 0755) < 0) {
		return false;
	}
	const bool is_bound = access(path, W_OK) == 0;
	rmdir(folder);
	return is_bound;
}

/* Groups "faultline-PID-…" of runners that are gone. One that is not empty stays. */
static void home_tidy(const char *own)
{
	DIR *folder = opendir(own);
	for (struct dirent *e = folder != NULL ? readdir(folder) : NULL; e != NULL;
		e = readdir(folder)) {
		int pid = 0;
		char dash = '\0';
		if (sscanf(e->d_name, "faultline-%d%c", &pid, &dash) == 2 && dash == '-' &&
			pid > 0 && kill(pid, 0) < 0 && errno == ESRCH) {
			unlinkat(dirfd(folder), e->d_name, AT_REMOVEDIR);
		}
	}
	if (folder != NULL) {
		closedir(folder);
	}
}

int cgroup_settle_as(struct cgroup_home *home, const char *cgroups, const char *mounts)
{
	*home = (struct cgroup_home){0};
	_free_ char *own = cgroup_find(cgroups, mounts, NULL);
	if (own != NULL) {
		home_unified(home, own);
	}
	for (int i = 0; i < CGROUP_KINDS; i++) {
		if (home->folders[i] == NULL) {
			home->folders[i] = cgroup_find(cgroups, mounts, home_kinds[i].controller);
		}
		if (home->folders[i] != NULL && !home_serves(home, i)) {
			free(home->folders[i]);
			home->folders[i] = NULL;
		}
		if (home->folders[i] != NULL) {
			home_tidy(home->folders[i]);
		}
	}
	return home->folders[CGROUP_MEMORY] != NULL && home->folders[CGROUP_TASKS] != NULL
		       ? 0
		       : CGROUP_ABSENT;
}

int cgroup_settle(struct cgroup_home *home)
{
	_free_ char *cgroups = NULL;
	_free_ char *mounts = NULL;
	*home = (struct cgroup_home){0};
	if (file_read("/proc/self/cgroup", HOME_TEXT_MAX, &cgroups, NULL) != 0 ||
		file_read("/proc/self/mountinfo", HOME_TEXT_MAX, &mounts, NULL) != 0) {
		return CGROUP_ABSENT;
	}
	return cgroup_settle_as(home, cgroups, mounts);
}

void cgroup_home_fini(struct cgroup_home *home)
{
	for (int i = 0; i < CGROUP_KINDS; i++) {
		free(home->folders[i]);
	}
	*home = (struct cgroup_home){0};
}
