/* Exposure: how much work was tried until an instant, out of samples of a counter that only grows.
 *
 * A crash comes between two samples or behind the last, so what was tried until then is bounded and
 * estimated (statistics.md 1): last value + its rate x (crash time - sample time). Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The samples say nothing: there is none, or the counter fell (so it is not one counter). */
enum { EXPOSURE_UNKNOWN = 1 };

/* The rate before a crash is that of the last so many nanoseconds of samples: short enough to be
 * about the crash, long enough that one late sample does not matter. */
#define EXPOSURE_WINDOW_NS INT64_C(500000000)

/* The guest samples every 50 ms at real-time priority. When it has been silent for longer than this
 * it was no longer working, so the estimate stops growing; the upper bound does not. */
#define EXPOSURE_STALL_NS INT64_C(1000000000)

struct exposure_sample {
	int64_t t_ns;
	int64_t tried; /* pgmigrate_success + pgmigrate_fail */
};

struct exposure {
	int64_t estimate;
	int64_t low;  /* at least so many: the last sample until then */
	int64_t high; /* at most so many: the next sample, or the fastest pace seen until then */
	bool is_estimated;
};

/* Exposure from the first of `n` samples (sorted by time) until `t_ns`. 0 and *out, or
 * EXPOSURE_UNKNOWN. Before the first sample it is 0. */
int exposure_at(
	const struct exposure_sample *samples, size_t n, int64_t t_ns, struct exposure *out);
