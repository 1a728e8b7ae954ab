/* Room on the disk, and copies of large files that are mostly holes. */
#pragma once

#include <stdint.h>

/* Free bytes for us where `path` lies, or a fault. */
int64_t disk_free_bytes(const char *path);

/* How large that disk is, or a fault. */
int64_t disk_size_bytes(const char *path);

/* 0, or a fault that says how much is free and how much is needed. */
int disk_need(const char *path, int64_t need_mb);

/* Copies a file as cheaply as the file system can: shared blocks, else only what is no hole. 0 or a
 * fault. */
int disk_copy(const char *from, const char *to);
int disk_copy_open(int from, const char *to); /* one that is open */

/* The same, and `to` appears whole: nobody finds half of it. 0 or a fault. */
int disk_keep(const char *from, const char *to);

/* What all files below `path` take, in bytes; follows no links. Takes seconds for a kernel's tree.
 */
int64_t disk_tree_bytes(const char *path);
