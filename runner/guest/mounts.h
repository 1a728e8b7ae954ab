/* The guest's file systems: those that init needs, and the disk under test. */
#pragma once

struct orders;
struct report;

/* proc, sysfs, devtmpfs and a tmpfs on /tmp. 0 or a fault. */
int mounts_system(struct report *report);

/* Waits for the disk whose serial number is "root", mounts it read-only, makes it the root of this
 * process and its children, with /workloads and the file systems above in it. 0 or a fault. */
int mounts_root(const char *fs, struct report *report);

/* Waits for the disk that was ordered and mounts it with the options that were (as for mount(8)); a
 * plain file gets a loop device. 0 or a fault. */
int mounts_disk(const struct orders *orders, struct report *report);

/* Writes everything back and unmounts the disk. Does it in a child, so that a file system which
 * hangs cannot hang the guest. 0 or a fault. */
int mounts_leave_disk(const struct orders *orders, struct report *report);
