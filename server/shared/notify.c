/* One datagram; a name that begins with '@' is an abstract one. */
#include "shared/notify.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"

void notify_send(const char *state)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	const size_t n = name != NULL ? strlen(name) : 0;
	if (n == 0 || n >= sizeof(to.sun_path)) {
		return;
	}
	memcpy(to.sun_path, name, n);
	if (name[0] == '@') {
		to.sun_path[0] = '\0';
	}
	_fd_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	if (fd < 0 ||
		sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to, size) < 0) {
		log_errno("cannot tell '%s' to '%s'", state, name);
	}
}

int64_t notify_watchdog_ns(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	int64_t us = 0;
	int64_t of = getpid();
	const bool is_known = usec != NULL && number_parse(usec, 1, INT64_MAX / 1000, &us) == 0 &&
			      (pid == NULL || number_parse(pid, 1, INT32_MAX, &of) == 0);
	return is_known && of == getpid() ? us * 1000 / 3 : 0;
}
