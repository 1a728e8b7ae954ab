/* An eventfd with a reason beside it. */
#include "runner/halt.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "shared/log.h"
#include "shared/number.h"

int halt_init(struct halt *halt)
{
	*halt = (struct halt){.reason = HALT_NONE};
	halt->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return halt->fd < 0 ? log_errno("cannot make an eventfd") : 0;
}

void halt_fini(struct halt *halt)
{
	if (halt->fd > 0) {
		close(halt->fd);
	}
	halt->fd = -1;
}

static void halt_ring(const struct halt *halt)
{
	const int kept = errno;
	const uint64_t one = 1;
	const ssize_t ignored = write(halt->fd, &one, sizeof(one));
	(void)ignored;
	errno = kept;
}

void halt_set(struct halt *halt, enum halt_reason reason)
{
	int none = HALT_NONE;
	if (reason == HALT_STOP) {
		atomic_store(&halt->reason, HALT_STOP);
	} else {
		atomic_compare_exchange_strong(&halt->reason, &none, (int)reason);
	}
	halt_ring(halt);
}

void halt_clear(struct halt *halt)
{
	int now = atomic_load(&halt->reason);
	while (now != HALT_STOP && !atomic_compare_exchange_weak(&halt->reason, &now, HALT_NONE)) {
	}
	uint64_t rung;
	const ssize_t ignored = read(halt->fd, &rung, sizeof(rung));
	(void)ignored;
	if (halt_reason(halt) == HALT_STOP) {
		halt_ring(halt);
	}
}

enum halt_reason halt_reason(const struct halt *halt)
{
	return (enum halt_reason)atomic_load(&halt->reason);
}

void halt_watch(struct halt *halt, struct pulse *pulse, enum pulse_thread thread)
{
	halt->pulse = pulse;
	halt->thread = thread;
}

void halt_pass(const struct halt *halt)
{
	if (halt != NULL && halt->pulse != NULL) {
		pulse_pass(halt->pulse, halt->thread);
	}
}

int halt_slice_ms(const struct halt *halt, int ms)
{
	const struct pulse *pulse = halt != NULL ? halt->pulse : NULL;
	const int64_t slice_ms =
		pulse != NULL && pulse->period_ns > 0 ? pulse->period_ns / 1000000 : ms;
	return slice_ms < ms ? (int)slice_ms : ms;
}

bool halt_wait(const struct halt *halt, int64_t ns)
{
	const int64_t until_ns = number_monotonic_ns() + ns;
	int64_t left_ns = ns;
	do {
		struct pollfd fd = {.fd = halt->fd, .events = POLLIN};
		halt_pass(halt);
		poll(&fd, 1, halt_slice_ms(halt, (int)(left_ns / 1000000)));
		left_ns = until_ns - number_monotonic_ns();
	} while (halt_reason(halt) == HALT_NONE && left_ns >= 1000000);
	return halt_reason(halt) != HALT_NONE;
}
