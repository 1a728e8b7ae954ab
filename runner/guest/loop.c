/* /dev/loop-control names a free device; another may take it before we do, then the next is tried.
 * By the two old requests, since LOOP_CONFIGURE came with 5.8. */
#include "loop.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LOOP_TRIES = 64 };

/* An open device with the file behind it, or -1 with errno; EBUSY: somebody was quicker. */
static int loop_take(int control, int backing, char *device, size_t size)
{
	const int number = ioctl(control, LOOP_CTL_GET_FREE);
	if (number < 0) {
		return -1;
	}
	snprintf(device, size, "/dev/loop%d", number);
	const int fd = open(device, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		return -1;
	}
	const struct loop_info64 info = {.lo_flags = LO_FLAGS_AUTOCLEAR};
	if (ioctl(fd, LOOP_SET_FD, backing) == 0) {
		if (ioctl(fd, LOOP_SET_STATUS64, &info) == 0) {
			return fd;
		}
		ioctl(fd, LOOP_CLR_FD, 0);
	}
	const int error = errno;
	close(fd);
	errno = error;
	return -1;
}

int loop_attach(const char *file, char *device, size_t size, struct report *report)
{
	const int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	if (control < 0) {
		return report_fault_errno(report, "cannot open /dev/loop-control");
	}
	const int backing = open(file, O_RDWR | O_CLOEXEC);
	int fd = -1;
	int error = backing < 0 ? errno : EBUSY;
	for (int i = 0; i < LOOP_TRIES && fd < 0 && error == EBUSY; i++) {
		fd = loop_take(control, backing, device, size);
		error = errno;
	}
	close(control);
	if (backing >= 0) {
		close(backing);
	}
	errno = error;
	return fd >= 0 ? fd
		       : report_fault_errno(report, "cannot put %s behind a loop device", file);
}
