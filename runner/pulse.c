/* A stamp for each thread; whoever comes by sends the word when it is due. */
#include "runner/pulse.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "shared/notify.h"
#include "shared/number.h"

enum { PULSE_PATIENCE = 3 }; /* periods: what systemd itself waits for a word */

void pulse_init(struct pulse *pulse)
{
	*pulse = (struct pulse){.period_ns = notify_watchdog_ns()};
}

static bool pulse_is_whole(const struct pulse *pulse, int64_t now_ns)
{
	for (int i = 0; i < PULSE_THREADS; i++) {
		const int64_t seen_ns = atomic_load(&pulse->seen_ns[i]);
		if (seen_ns != 0 && now_ns - seen_ns > PULSE_PATIENCE * pulse->period_ns) {
			return false;
		}
	}
	return true;
}

void pulse_pass(struct pulse *pulse, enum pulse_thread thread)
{
	if (pulse->period_ns == 0) {
		return;
	}
	const int64_t now_ns = number_monotonic_ns();
	int64_t told_ns = atomic_load(&pulse->told_ns);
	atomic_store(&pulse->seen_ns[thread], now_ns);
	if (now_ns - told_ns >= pulse->period_ns && pulse_is_whole(pulse, now_ns) &&
		atomic_compare_exchange_strong(&pulse->told_ns, &told_ns, now_ns)) {
		notify_send("WATCHDOG=1");
	}
}

void pulse_rest(struct pulse *pulse, enum pulse_thread thread)
{
	atomic_store(&pulse->seen_ns[thread], 0);
}
