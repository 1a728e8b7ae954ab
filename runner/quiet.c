/* Two flock(2)s. Guests share the room, a build has it alone; who waits for it holds the gate, so
 * that a build which waits lets no further guest in and gets its turn. */
#include "runner/quiet.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"

#define QUIET_TICK_NS 200000000LL

static int quiet_open(const struct config *config, const char *name)
{
	_free_ char *path = alloc_format("%s/%s", config->together, name);
	const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	return fd < 0 ? log_errno("cannot open '%s'", path) : fd;
}

static int quiet_lock(const struct attempt *a, int fd, int how)
{
	while (flock(fd, how | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR) {
			return log_errno("cannot lock in '%s'", a->config->together);
		}
		if (halt_wait(a->halt, QUIET_TICK_NS)) {
			return attempt_halted((struct attempt *)a);
		}
	}
	return 0;
}

int quiet_enter(struct attempt *a, enum quiet_use use, int64_t *until_ns)
{
	if (a->config->together == NULL) {
		return 0;
	}
	const int64_t from_ns = number_monotonic_ns();
	const int how = use == QUIET_BUILD ? LOCK_EX : LOCK_SH;
	_fd_ int gate = quiet_open(a->config, "gate");
	_fd_ int room = gate < 0 ? -1 : quiet_open(a->config, "room");
	if (room < 0) {
		return -1;
	}
	int r = quiet_lock(a, gate, how);
	if (r == 0 && flock(room, how | LOCK_NB) < 0) {
		attempt_say(a, "waits: this machine's other runners %s",
			use == QUIET_BUILD ? "have guests under stress" : "build");
		r = quiet_lock(a, room, how);
	}
	const int64_t waited_ns = number_monotonic_ns() - from_ns;
	*until_ns += waited_ns;
	a->until_ns += waited_ns;
	a->step_begun_ns += waited_ns;
	if (r == 0) {
		a->quiet_fd = room;
		room = -1;
	}
	return r;
}

void quiet_leave(struct attempt *a)
{
	if (a->quiet_fd > 0) {
		close(a->quiet_fd);
		a->quiet_fd = 0;
	}
}
