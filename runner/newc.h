/* Writes an initramfs: cpio's "newc" format, not compressed, since the guest would pay for
 * unpacking. */
#pragma once

#include <stdio.h>
#include <sys/types.h>

struct newc {
	FILE *out;
	unsigned inode;
	long offset;
};

void newc_init(struct newc *newc, FILE *out);

/* A folder; those above it must be there already. */
void newc_folder(struct newc *newc, const char *name);

/* A file with the content of `path` on this host. 0 or a fault. */
int newc_file(struct newc *newc, const char *name, const char *path, mode_t mode);

/* A file with these bytes. */
void newc_bytes(struct newc *newc, const char *name, const void *bytes, size_t size, mode_t mode);

/* The trailer. 0, or a fault when anything could not be written. */
int newc_end(struct newc *newc);
