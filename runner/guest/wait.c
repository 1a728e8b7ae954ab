/* Time limits, on the boot clock. */
#include "wait.h"
#include "clock.h"

#include <sys/wait.h>
#include <time.h>

int64_t wait_limit_ns(int64_t limit_ms)
{
	return clock_now_ns() + limit_ms * 1000000;
}

int wait_left_ms(int64_t limit_ns)
{
	const int64_t left_ns = limit_ns - clock_now_ns();
	return left_ns <= 0 ? 0 : (int)((left_ns + 999999) / 1000000);
}

bool wait_tick(int64_t limit_ns)
{
	const struct timespec tick = {.tv_nsec = 1000000};
	nanosleep(&tick, NULL);
	return clock_now_ns() < limit_ns;
}

int wait_child(pid_t pid, int64_t limit_ns, int *status)
{
	do {
		if (waitpid(pid, status, WNOHANG) != 0) {
			return 0; /* -1: it was waited for before */
		}
	} while (wait_tick(limit_ns));
	return WAIT_LATE;
}
