/* The noise of a series. */
#include "stats/change_noise.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

#define KEPT_SHARE 0.8  /* of the differences */
#define KEPT_RMS 0.6616 /* of a standard normal within its central KEPT_SHARE */
#define CLIP_SD 3.0
#define PHI_MAX 0.95
#define PHI_WEIGHT_POINTS 21.0

enum { CLIP_REACH = 3 };

static double mean_square(const double *values, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		sum += values[i] * values[i];
	}
	return sum / (double)n;
}

/* Root mean square of differences, robust where `kept` is below 1. */
static double difference_rms(const double *values, size_t n, size_t lag, double kept)
{
	const size_t count = n - lag;
	_free_ double *d = alloc_zero(count, sizeof(*d));
	for (size_t i = 0; i < count; i++) {
		d[i] = fabs(values[i + lag] - values[i]);
	}
	gsl_sort(d, 1, count);
	return sqrt(mean_square(d, (size_t)ceil(kept * (double)count)));
}

struct change_noise noise_of_differences(const double *values, size_t n)
{
	const double one = difference_rms(values, n, 1, KEPT_SHARE);
	const double two = difference_rms(values, n, 2, KEPT_SHARE);
	if (!(one > 0)) {
		/* It seldom moves, so nothing can be said about how one move follows another. */
		return (struct change_noise){.sd = difference_rms(values, n, 1, 1) / M_SQRT2};
	}
	const double phi = two * two / (one * one) - 1;
	const double held = GSL_MIN(GSL_MAX(phi, 0), PHI_MAX);
	return (struct change_noise){.sd = one / KEPT_RMS / sqrt(2 * (1 - held)), .phi = phi};
}

double noise_phi_error(size_t n)
{
	const double points = (double)n;
	return 2 * (1.2 / sqrt(points) + 400 / (points * points));
}

struct change_noise noise_of_residuals(
	const struct change_view *view, const size_t *cuts, size_t count)
{
	double square = 0;
	double product = 0;
	double last = 0;
	size_t from = 0;
	for (size_t j = 0; j <= count; j++) {
		const size_t to = j < count ? cuts[j] : view->n;
		const double mean = (view->sum[to] - view->sum[from]) / (double)(to - from);
		for (size_t i = from; i < to; i++) {
			const double left = view->value[i] - mean;
			square += left * left;
			product += i > from ? left * last : 0;
			last = left;
		}
		from = to;
	}
	const double n = (double)view->n;
	const double levels = (double)(count + 1);
	const double freedom = GSL_MAX(1, n - levels);
	double phi = square > 0 ? product / square * n / freedom : 0;
	phi += (1 + 3 * GSL_MAX(phi, 0)) * (1 + 2 * (double)count) / n;
	/* A mean over n/levels values of such noise takes (1 + phi)/(1 - phi) degrees of freedom.
	 */
	const double held = GSL_MIN(GSL_MAX(phi, 0), 0.9);
	const double more = levels / n * ((1 + held) / (1 - held) - 1);
	return (struct change_noise){
		.sd = sqrt(square / freedom / GSL_MAX(0.3, 1 - more)), .phi = phi};
}

double noise_phi_believed(double phi, size_t n)
{
	const double points = (double)n * (double)n;
	const double weight = points / (points + PHI_WEIGHT_POINTS * PHI_WEIGHT_POINTS);
	return GSL_MIN(GSL_MAX(phi * weight, 0), PHI_MAX);
}

void noise_clip(const double *values, size_t n, double sd, double *out)
{
	for (size_t i = 0; i < n; i++) {
		double near[2 * CLIP_REACH + 1];
		const size_t from = i > CLIP_REACH ? i - CLIP_REACH : 0;
		const size_t to = GSL_MIN(i + CLIP_REACH + 1, n);
		memcpy(near, values + from, (to - from) * sizeof(*near));
		gsl_sort(near, 1, to - from);
		const double middle = gsl_stats_median_from_sorted_data(near, 1, to - from);
		out[i] = GSL_MIN(GSL_MAX(values[i], middle - CLIP_SD * sd), middle + CLIP_SD * sd);
	}
}
