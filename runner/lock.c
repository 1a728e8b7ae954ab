/* flock(2): it goes with its process, however that ends. */
#include "runner/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"

static int lock_refused(int fd, const char *path, const char *does)
{
	if (errno != EWOULDBLOCK) {
		return log_errno("cannot lock '%s'", path);
	}
	char text[32] = "";
	int64_t pid = 0;
	const ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	text[n > 0 ? strcspn(text, "\n") : 0] = '\0';
	return number_parse(text, 1, INT32_MAX, &pid) == 0
		       ? log_fault("another runner (process %lld) %s", (long long)pid, does)
		       : log_fault("another runner %s", does);
}

int lock_take(const char *path, const char *does, int *fd)
{
	_fd_ int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (file < 0) {
		return log_errno("cannot open '%s'", path);
	}
	if (flock(file, LOCK_EX | LOCK_NB) < 0) {
		return lock_refused(file, path, does);
	}
	if (ftruncate(file, 0) < 0 || dprintf(file, "%d\n", getpid()) < 0) {
		return log_errno("cannot write '%s'", path);
	}
	*fd = file;
	file = -1;
	return 0;
}
