/* Exposure: how much work was tried until an instant. */
#include "stats/exposure.h"

#include <math.h>

static bool samples_grow(const struct exposure_sample *samples, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (samples[i].tried < samples[i - 1].tried ||
			samples[i].t_ns < samples[i - 1].t_ns) {
			return false;
		}
	}
	return true;
}

static double pace(const struct exposure_sample *a, const struct exposure_sample *b)
{
	return ((double)b->tried - (double)a->tried) / ((double)b->t_ns - (double)a->t_ns);
}

/* Pace of the last EXPOSURE_WINDOW_NS; 0 when there is but one sample. */
static double pace_last(const struct exposure_sample *samples, size_t n)
{
	const struct exposure_sample *last = &samples[n - 1];
	size_t i = n - 1;
	while (i > 0 && last->t_ns - samples[i].t_ns < EXPOSURE_WINDOW_NS) {
		i--;
	}
	return last->t_ns > samples[i].t_ns ? pace(&samples[i], last) : 0;
}

/* Fastest pace between two samples. Instants closer than a millisecond say more about the reading
 * of the clock than about the pace. */
static double pace_fastest(const struct exposure_sample *samples, size_t n)
{
	double fastest = 0;
	size_t from = 0;
	for (size_t i = 1; i < n; i++) {
		if (samples[i].t_ns - samples[from].t_ns >= 1000000) {
			fastest = fmax(fastest, pace(&samples[from], &samples[i]));
			from = i;
		}
	}
	return fastest;
}

static int64_t grown(int64_t base, double more)
{
	const double sum = (double)base + more;
	return sum >= 9.2e18 ? INT64_MAX : base + (int64_t)llround(fmax(more, 0));
}

static void extrapolate(
	const struct exposure_sample *samples, size_t n, int64_t t_ns, struct exposure *out)
{
	const struct exposure_sample *last = &samples[n - 1];
	const double beyond_ns = (double)t_ns - (double)last->t_ns;
	const double working_ns = fmin(beyond_ns, (double)EXPOSURE_STALL_NS);
	out->low = last->tried - samples[0].tried;
	out->estimate = grown(out->low, pace_last(samples, n) * working_ns);
	out->high =
		grown(out->low, fmax(pace_fastest(samples, n), pace_last(samples, n)) * beyond_ns);
	out->is_estimated = true;
}

static void interpolate(
	const struct exposure_sample *before, int64_t base, int64_t t_ns, struct exposure *out)
{
	const struct exposure_sample *after = before + 1;
	out->low = before->tried - base;
	out->high = after->tried - base;
	out->estimate =
		grown(out->low, pace(before, after) * ((double)t_ns - (double)before->t_ns));
	out->is_estimated = true;
}

int exposure_at(const struct exposure_sample *samples, size_t n, int64_t t_ns, struct exposure *out)
{
	if (n == 0 || !samples_grow(samples, n)) {
		return EXPOSURE_UNKNOWN;
	}
	size_t until = 0; /* how many samples lie at or before the instant */
	while (until < n && samples[until].t_ns <= t_ns) {
		until++;
	}
	*out = (struct exposure){0};
	if (until == 0) {
		return 0;
	}
	const struct exposure_sample *last = &samples[until - 1];
	if (last->t_ns == t_ns) {
		out->low = out->estimate = out->high = last->tried - samples[0].tried;
	} else if (until == n) {
		extrapolate(samples, n, t_ns, out);
	} else {
		interpolate(last, samples[0].tried, t_ns, out);
	}
	return 0;
}
