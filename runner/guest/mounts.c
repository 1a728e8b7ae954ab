/* The guest's file systems. */
#include "mounts.h"
#include "loop.h"
#include "orders.h"
#include "report.h"
#include "wait.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The disk is there when its driver is; a machine under load needs its time. Writing back a guest's
 * whole memory to a file without barriers takes seconds at most. */
enum { DISK_WAIT_MS = 30000, LEAVE_LIMIT_MS = 30000, OPTIONS_BYTES = 1024, DEVICE_BYTES = 32 };

struct mount_flag {
	const char *name;
	unsigned long set, clear;
};

static const struct mount_flag mount_flags[] = {
	{"async", 0, MS_SYNCHRONOUS},
	{"atime", 0, MS_NOATIME},
	{"defaults", 0, 0},
	{"dirsync", MS_DIRSYNC, 0},
	{"lazytime", MS_LAZYTIME, 0},
	{"noatime", MS_NOATIME, 0},
	{"nodev", MS_NODEV, 0},
	{"nodiratime", MS_NODIRATIME, 0},
	{"noexec", MS_NOEXEC, 0},
	{"nosuid", MS_NOSUID, 0},
	{"relatime", MS_RELATIME, 0},
	{"ro", MS_RDONLY, 0},
	{"rw", 0, MS_RDONLY},
	{"strictatime", MS_STRICTATIME, 0},
	{"sync", MS_SYNCHRONOUS, 0},
};

static const char root_folder[] = "/root";

static int mount_at(const char *type, const char *folder, struct report *report)
{
	mkdir(folder, 0755);
	/* EBUSY: the kernel has mounted it itself (CONFIG_DEVTMPFS_MOUNT). */
	if (mount(type, folder, type, 0, NULL) < 0 && errno != EBUSY) {
		return report_fault_errno(report, "cannot mount %s on %s", type, folder);
	}
	return 0;
}

int mounts_system(struct report *report)
{
	static const char *const table[][2] = {
		{"proc", "/proc"},
		{"sysfs", "/sys"},
		{"devtmpfs", "/dev"},
		{"tmpfs", "/tmp"},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const int r = mount_at(table[i][0], table[i][1], report);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

/* Finds the disk with this serial number; whether it is there. */
static int find_root(char *node, size_t size)
{
	glob_t found = {0};
	int is_found = 0;
	glob("/sys/block/vd*/serial", 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char serial[32] = "";
		FILE *f = fopen(found.gl_pathv[i], "re");
		if (f != NULL && fgets(serial, sizeof(serial), f) != NULL &&
			strcmp(serial, "root") == 0) {
			const char *name = found.gl_pathv[i] + strlen("/sys/block/");
			snprintf(node, size, "/dev/%.*s", (int)strcspn(name, "/"), name);
			is_found = access(node, F_OK) == 0;
		}
		if (f != NULL) {
			fclose(f);
		}
	}
	globfree(&found);
	return is_found;
}

static int wait_for_root(char *node, size_t size, struct report *report)
{
	const int64_t limit_ns = wait_limit_ns(DISK_WAIT_MS);
	do {
		if (find_root(node, size)) {
			return 0;
		}
	} while (wait_tick(limit_ns));
	return report_fault(
		report, "no disk with the serial number root after %d ms", DISK_WAIT_MS);
}

int mounts_root(const char *fs, struct report *report)
{
	char node[64];
	int r = wait_for_root(node, sizeof(node), report);
	mkdir(root_folder, 0755);
	if (r == 0 && mount(node, root_folder, fs, MS_RDONLY | MS_NOATIME, NULL) < 0) {
		r = report_fault_errno(report, "cannot mount the root %s as %s", node, fs);
	}
	if (r == 0 && mount("/workloads", "/root/workloads", NULL, MS_BIND, NULL) < 0) {
		r = report_fault_errno(report, "cannot mount the workloads in the root");
	}
	if (r == 0 && (chroot(root_folder) < 0 || chdir("/") < 0)) {
		r = report_fault_errno(report, "cannot make %s the root", root_folder);
	}
	return r < 0 ? r : mounts_system(report);
}

/* Takes what mount(2) wants as a flag; what is left belongs to the file system and is added to
 * `data`. */
static void option_take(const char *option, unsigned long *flags, char *data, size_t size)
{
	for (size_t i = 0; i < sizeof(mount_flags) / sizeof(mount_flags[0]); i++) {
		if (strcmp(option, mount_flags[i].name) == 0) {
			*flags = (*flags & ~mount_flags[i].clear) | mount_flags[i].set;
			return;
		}
	}
	const size_t used = strlen(data);
	snprintf(data + used, size - used, "%s%s", used > 0 ? "," : "", option);
}

static int wait_for_disk(const char *disk, struct report *report)
{
	const int64_t limit_ns = wait_limit_ns(DISK_WAIT_MS);
	do {
		if (access(disk, F_OK) == 0) {
			return 0;
		}
	} while (wait_tick(limit_ns));
	return report_fault(report, "no disk %s after %d ms", disk, DISK_WAIT_MS);
}

/* Mounts the block device with the ordered options. */
static int mount_device(const char *device, const struct orders *orders, struct report *report)
{
	char list[OPTIONS_BYTES];
	if (snprintf(list, sizeof(list), "%s", orders->mount) >= (int)sizeof(list)) {
		return report_fault(report, "mount options of more than %d bytes", OPTIONS_BYTES);
	}
	unsigned long flags = 0;
	char data[OPTIONS_BYTES] = "";
	char *rest = list;
	for (char *option = strsep(&rest, ","); option != NULL; option = strsep(&rest, ",")) {
		if (*option != '\0') {
			option_take(option, &flags, data, sizeof(data));
		}
	}
	mkdir(orders->folder, 0755);
	if (mount(device, orders->folder, orders->fs, flags, data) < 0) {
		return report_fault_errno(report, "cannot mount %s as %s with '%s'", orders->disk,
			orders->fs, orders->mount);
	}
	return 0;
}

int mounts_disk(const struct orders *orders, struct report *report)
{
	char device[DEVICE_BYTES];
	struct stat st;
	int r = wait_for_disk(orders->disk, report);
	if (r < 0 || stat(orders->disk, &st) < 0 || !S_ISREG(st.st_mode)) {
		return r < 0 ? r : mount_device(orders->disk, orders, report);
	}
	const int fd = loop_attach(orders->disk, device, sizeof(device), report);
	r = fd < 0 ? fd : mount_device(device, orders, report);
	close(fd);
	return r;
}

int mounts_leave_disk(const struct orders *orders, struct report *report)
{
	const pid_t child = fork();
	if (child < 0) {
		return report_fault_errno(report, "cannot fork to unmount the disk");
	}
	if (child == 0) {
		sync();
		_exit(umount(orders->folder) == 0 ? 0 : errno);
	}
	int status = 0;
	if (wait_child(child, wait_limit_ns(LEAVE_LIMIT_MS), &status) == WAIT_LATE) {
		return report_fault(
			report, "sync and umount hang: not done in %d ms", LEAVE_LIMIT_MS);
	}
	errno = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
	if (errno == 0 || errno == EINVAL ||
		errno == ENOENT) { /* the latter two: it was not mounted */
		return 0;
	}
	return report_fault_errno(report, "cannot unmount %s", orders->folder);
}
