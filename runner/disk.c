/* statvfs; FICLONE, else SEEK_DATA and copy_file_range; fts. */
#include "runner/disk.h"

#include <fcntl.h>
#include <fts.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"

enum { DISK_BLOCK = 512 }; /* of st_blocks */

int64_t disk_free_bytes(const char *path)
{
	struct statvfs st;
	if (statvfs(path, &st) < 0) {
		return log_errno("cannot see the free space of '%s'", path);
	}
	return (int64_t)st.f_bavail * (int64_t)st.f_frsize;
}

int64_t disk_size_bytes(const char *path)
{
	struct statvfs st;
	if (statvfs(path, &st) < 0) {
		return log_errno("cannot see the size of '%s'", path);
	}
	return (int64_t)st.f_blocks * (int64_t)st.f_frsize;
}

int disk_need(const char *path, int64_t need_mb)
{
	const int64_t free_bytes = disk_free_bytes(path);
	if (free_bytes < 0) {
		return (int)free_bytes;
	}
	if (free_bytes < need_mb << 20) {
		return log_fault("no room: '%s' has %lld MiB free, and %lld MiB are needed "
				 "(--limit-disk-mb)",
			path, (long long)(free_bytes >> 20), (long long)need_mb);
	}
	return 0;
}

static int disk_copy_range(int from, int to, off_t at, off_t end)
{
	off_t to_at = at;
	while (at < end) {
		const ssize_t n = copy_file_range(from, &at, to, &to_at, (size_t)(end - at), 0);
		if (n <= 0) {
			return -1;
		}
	}
	return 0;
}

static int disk_copy_data(int from, int to, off_t size)
{
	off_t at = lseek(from, 0, SEEK_DATA);
	while (at >= 0 && at < size) {
		const off_t hole = lseek(from, at, SEEK_HOLE);
		if (hole < 0 || disk_copy_range(from, to, at, hole) < 0) {
			return -1;
		}
		at = lseek(from, hole, SEEK_DATA);
	}
	return ftruncate(to, size);
}

int disk_copy_open(int from, const char *to)
{
	_fd_ int out = open(to, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	struct stat st;
	if (out < 0 || fstat(from, &st) < 0) {
		return log_errno("cannot copy to '%s'", to);
	}
	if (ioctl(out, FICLONE, from) == 0) {
		return 0;
	}
	return disk_copy_data(from, out, st.st_size) < 0 ? log_errno("cannot copy to '%s'", to) : 0;
}

int disk_copy(const char *from, const char *to)
{
	_fd_ int in = open(from, O_RDONLY | O_CLOEXEC);
	return in < 0 ? log_errno("cannot copy '%s'", from) : disk_copy_open(in, to);
}

int disk_keep(const char *from, const char *to)
{
	_free_ char *copy = alloc_format("%s.%d", to, (int)getpid());
	const int r = disk_copy(from, copy);
	if (r == 0 && rename(copy, to) == 0) {
		return 0;
	}
	const int fault = r < 0 ? r : log_errno("cannot keep '%s'", to);
	unlink(copy);
	return fault;
}

int64_t disk_tree_bytes(const char *path)
{
	char *const paths[] = {(char *)path, NULL};
	FTS *files = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	int64_t bytes = 0;
	for (FTSENT *f = files != NULL ? fts_read(files) : NULL; f != NULL; f = fts_read(files)) {
		const bool is_known = f->fts_info != FTS_DP && f->fts_info != FTS_NS;
		bytes += is_known ? f->fts_statp->st_blocks * DISK_BLOCK : 0;
	}
	if (files != NULL) {
		fts_close(files);
	}
	return bytes;
}
