/* Whether an instant that a guest's line gives can be true. */
#include "work/guest_clock.h"

/* The first line comes when the kernel is up, which an emulated one may take long for. */
#define BOOT_MAX_NS (INT64_C(3600) * 1000000000)

static bool follows(int64_t t_ns, int64_t before_ns)
{
	const int64_t ahead_ns = before_ns == 0 ? BOOT_MAX_NS : GUEST_CLOCK_AHEAD_NS;
	return t_ns >= before_ns - GUEST_CLOCK_BACK_NS && t_ns <= before_ns + ahead_ns;
}

bool guest_clock_believes(struct guest_clock *clock, int64_t t_ns)
{
	bool is_good = follows(t_ns, clock->last_ns);
	if (!is_good) {
		const bool agrees = clock->suspects > 0 && follows(t_ns, clock->suspect_ns);
		clock->suspects = agrees ? clock->suspects + 1 : 1;
		clock->suspect_ns = t_ns;
		is_good = clock->suspects >= GUEST_CLOCK_AGREE;
		clock->last_ns = is_good ? t_ns : clock->last_ns;
	}
	if (is_good) {
		clock->suspects = 0;
		clock->last_ns = t_ns > clock->last_ns ? t_ns : clock->last_ns;
	}
	return is_good;
}
