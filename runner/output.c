/* openat2(2) with RESOLVE_BENEATH: links within the worktree are fine, kbuild makes some. */
#include "runner/output.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/attempt.h"
#include "runner/disk.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"

int output_open(const struct attempt *a, const char *path, int *fd)
{
	const size_t n = strlen(a->worktree);
	if (strncmp(path, a->worktree, n) != 0 || path[n] != '/') {
		return log_fault("'%s' does not lie in '%s'", path, a->worktree);
	}
	_fd_ int folder = open(a->worktree, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
	_fd_ int found = (int)syscall(SYS_openat2, folder, path + n + 1, &how, sizeof(how));
	struct stat st;
	if (found < 0 && errno == ENOENT) {
		return OUTPUT_ABSENT;
	}
	if (found < 0 || fstat(found, &st) < 0) {
		return log_errno("cannot open '%s'", path);
	}
	if (!S_ISREG(st.st_mode)) {
		return log_fault("'%s' is no file", path);
	}
	*fd = found;
	found = -1;
	return 0;
}

int output_read(const struct attempt *a, const char *path, size_t limit_bytes, char **out)
{
	_fd_ int fd = -1;
	const int r = output_open(a, path, &fd);
	if (r != 0) {
		return r;
	}
	char *text = alloc_zero(limit_bytes + 1, 1);
	const ssize_t n = pread(fd, text, limit_bytes + 1, 0);
	if (n < 0 || (size_t)n > limit_bytes) {
		free(text);
		return n < 0 ? log_errno("cannot read '%s'", path)
			     : log_fault("'%s' is larger than %zu bytes", path, limit_bytes);
	}
	text[n] = '\0';
	*out = text;
	return 0;
}

int output_copy(const struct attempt *a, const char *path, const char *to)
{
	_fd_ int fd = -1;
	const int r = output_open(a, path, &fd);
	return r == OUTPUT_ABSENT ? log_fault("the build left no '%s'", path)
	       : r < 0            ? r
				  : disk_copy_open(fd, to);
}
