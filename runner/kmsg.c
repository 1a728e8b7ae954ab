/* /dev/kmsg gives one record for each read, in the format of Documentation/ABI/testing/dev-kmsg. */
#include "runner/kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/log.h"

/* A kernel that logs faster than this is read is not waited for. */
enum { KMSG_RECORDS_MAX = 10000 };

int kmsg_open(struct kmsg *kmsg)
{
	kmsg->fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg->fd < 0 || lseek(kmsg->fd, 0, SEEK_END) < 0) {
		return log_errno("cannot read the kernel's log from /dev/kmsg");
	}
	return 0;
}

void kmsg_fini(struct kmsg *kmsg)
{
	if (kmsg->fd >= 0) {
		close(kmsg->fd);
	}
	kmsg->fd = -1;
}

/* The kernel writes bytes that do not print as \xNN, a line's end within a record among them. */
static const char *kmsg_byte(const char *p, char *out)
{
	unsigned value;
	if (p[0] == '\\' && p[1] == 'x' && sscanf(p + 2, "%2x", &value) == 1 && p[3] != '\0') {
		*out = (char)value;
		return p + 4;
	}
	*out = *p;
	return p + 1;
}

size_t kmsg_lines(const char *record, char *lines, size_t size)
{
	unsigned long long us;
	const char *p = strchr(record, ';');
	if (p == NULL || sscanf(record, "%*u,%*u,%llu,", &us) != 1) {
		return 0;
	}
	char stamp[40];
	const size_t stamp_size = (size_t)snprintf(
		stamp, sizeof(stamp), "[%5llu.%06llu] ", us / 1000000, us % 1000000);
	size_t n = 0;
	bool is_new = true;
	for (p++; *p != '\0' && *p != '\n' && n + stamp_size + 2 < size; n++) {
		if (is_new) {
			memcpy(lines + n, stamp, stamp_size);
			n += stamp_size;
		}
		p = kmsg_byte(p, &lines[n]);
		is_new = lines[n] == '\n';
	}
	if (!is_new) {
		lines[n++] = '\n';
	}
	return n;
}

static int kmsg_write(int console, const char *text, size_t size)
{
	const ssize_t n = write(console, text, size);
	return n == (ssize_t)size ? 0 : log_errno("cannot keep the kernel's log");
}

int kmsg_copy(struct kmsg *kmsg, int console)
{
	static const char lost[] = "** kernel messages were lost: they came too fast **\n";
	char record[KMSG_RECORD_MAX + 1];
	char lines[KMSG_LINES_MAX];
	int r = 0;
	for (int i = 0; kmsg->fd >= 0 && r == 0 && i < KMSG_RECORDS_MAX; i++) {
		const ssize_t n = read(kmsg->fd, record, KMSG_RECORD_MAX);
		if (n < 0 && errno == EAGAIN) {
			return 0;
		}
		if (n < 0 && errno == EPIPE) {
			r = kmsg_write(console, lost, sizeof(lost) - 1);
			continue;
		}
		if (n < 0) {
			return log_errno("cannot read the kernel's log");
		}
		record[n] = '\0';
		const size_t size = kmsg_lines(record, lines, sizeof(lines));
		r = size > 0 ? kmsg_write(console, lines, size) : 0;
	}
	return r;
}
