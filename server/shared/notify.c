/* One datagram; a name that begins with '@' is an abstract one. */
#include "shared/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "shared/cleanup.h"
#include "shared/log.h"

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
