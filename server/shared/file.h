/* Whole files in and out. A file appears whole: temporary name, sync, rename. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

enum { FILE_ABSENT = 1 };

/* Reads at most `limit_bytes` of `path`; *out is zero-terminated and the caller's. 0, FILE_ABSENT,
 * or a fault (also when the file is larger than the limit). */
int file_read(const char *path, size_t limit_bytes, char **out, size_t *size);

/* Writes `size` bytes as `path`, whole or not at all, and synced. 0 or a fault. */
int file_write(const char *path, const void *bytes, size_t size);

/* Makes a folder and those above it. 0 or a fault. */
int file_mkdirs(const char *path, mode_t mode);

/* Removes a folder with all in it; an absent one is fine. Follows no links. 0 or a fault. */
int file_remove_tree(const char *path);

/* SHA-256 of an open file or of bytes, as 64 lower-case hex digits and a zero. */
enum { FILE_SHA256_HEX = 65 };
int file_sha256(int fd, char hex[FILE_SHA256_HEX]);
void file_sha256_bytes(const void *bytes, size_t size, char hex[FILE_SHA256_HEX]);
