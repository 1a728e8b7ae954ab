/* /proc/stat minus /proc/PID/stat. */
#include "runner/load.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/cleanup.h"
#include "shared/number.h"

double load_average(void)
{
	double minutes[1];
	return getloadavg(minutes, 1) == 1 ? minutes[0] : -1;
}

static const char *load_text(const char *path, char *text, size_t room)
{
	_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	const ssize_t n = fd < 0 ? -1 : read(fd, text, room - 1);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

/* All but idle and waiting for I/O; guest time is within user time already. */
static long long load_machine(void)
{
	char text[512];
	long long user;
	long long nice;
	long long system;
	long long irq;
	long long softirq;
	long long steal;
	if (sscanf(load_text("/proc/stat", text, sizeof(text)),
		    "cpu %lld %lld %lld %*d %*d %lld %lld %lld", &user, &nice, &system, &irq,
		    &softirq, &steal) != 6) {
		return -1;
	}
	return user + nice + system + irq + softirq + steal;
}

static long long load_process(pid_t pid)
{
	char path[64];
	char text[1024];
	long long user;
	long long system;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	const char *after_name = strrchr(load_text(path, text, sizeof(text)), ')');
	if (after_name == NULL ||
		sscanf(after_name, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld", &user,
			&system) != 2) {
		return -1;
	}
	return user + system;
}

void load_read(struct load *load, pid_t pid)
{
	load->machine = load_machine();
	load->process = load_process(pid);
	load->at_ns = number_monotonic_ns();
}

double load_between(const struct load *from, const struct load *to)
{
	const double seconds = (double)(to->at_ns - from->at_ns) / 1e9;
	if (from->machine < 0 || from->process < 0 || to->machine < 0 || to->process < 0 ||
		seconds < 0.1) {
		return -1;
	}
	const long long ticks = (to->machine - from->machine) - (to->process - from->process);
	return ticks < 0 ? 0 : (double)ticks / (double)sysconf(_SC_CLK_TCK) / seconds;
}
