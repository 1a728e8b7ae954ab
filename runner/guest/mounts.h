/* The guest's file systems: those that init needs, and the disk under test on /mnt. */
#pragma once

struct report;

extern const char mounts_disk_folder[];

/* proc, sysfs, devtmpfs and a tmpfs on /tmp. 0 or a fault. */
int mounts_system(struct report *report);

/* Waits for /dev/vda and mounts it with `options` (comma separated, as for mount(8)). 0 or a fault.
 */
int mounts_disk(const char *fs, const char *options, struct report *report);

/* Writes everything back and unmounts the disk. Does it in a child, so that a file system which
 * hangs cannot hang the guest. 0 or a fault. */
int mounts_leave_disk(struct report *report);
