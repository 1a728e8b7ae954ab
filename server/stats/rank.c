/* Mann and Whitney's test. */
#include "stats/rank.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <string.h>

enum { EXACT_COUNT = 25 }; /* both samples larger: the normal limit's tail is good enough */

/* How many of `sorted` lie below `value`, or at it too. */
static size_t count_below(const double *sorted, size_t count, double value, int with_equal)
{
	size_t low = 0;
	size_t high = count;
	while (low < high) {
		const size_t middle = (low + high) / 2;
		if (sorted[middle] < value || (with_equal && sorted[middle] == value)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* Pairs in which the value of `small` is the larger one; equal ones count half. */
static double pairs(const double *few, size_t few_count, const double *many, size_t many_count)
{
	_free_ double *sorted = alloc_zero(many_count, sizeof(*sorted));
	memcpy(sorted, many, many_count * sizeof(*sorted));
	gsl_sort(sorted, 1, many_count);
	double sum = 0;
	for (size_t i = 0; i < few_count; i++) {
		sum += (double)(count_below(sorted, many_count, few[i], 0) +
				count_below(sorted, many_count, few[i], 1)) /
		       2;
	}
	return sum;
}

static double chance_normal(double few, double many, double least)
{
	const double sd = sqrt(few * many * (few + many + 1) / 12);
	return GSL_MIN(1, 2 * gsl_cdf_ugaussian_Q((few * many / 2 - least) / sd));
}

/* Of all choices of `few` ranks the share with at most `least` such pairs: the coefficients of the
 * Gaussian binomial, product of (1 - q^(many + i)) / (1 - q^i), scaled as they grow. */
static double chance_exact(size_t few, size_t many, double least)
{
	const size_t top = (size_t)ceil(least);
	_free_ double *share = alloc_zero(top + 1, sizeof(*share));
	share[0] = 1;
	for (size_t i = 1; i <= few; i++) {
		for (size_t q = top; q >= many + i; q--) {
			share[q] -= share[q - many - i];
		}
		for (size_t q = i; q <= top; q++) {
			share[q] += share[q - i];
		}
		for (size_t q = 0; q <= top; q++) {
			share[q] *= (double)i / (double)(many + i);
		}
	}
	double sum = 0;
	for (size_t q = 0; q <= top; q++) {
		sum += share[q];
	}
	return GSL_MIN(1, 2 * sum);
}

double rank_chance(const double *a, size_t a_count, const double *b, size_t b_count)
{
	if (a_count > b_count) {
		return rank_chance(b, b_count, a, a_count);
	}
	const double few = (double)a_count;
	const double many = (double)b_count;
	const double above = pairs(a, a_count, b, b_count);
	const double least = GSL_MIN(above, few * many - above);
	return a_count > EXACT_COUNT ? chance_normal(few, many, least)
				     : chance_exact(a_count, b_count, least);
}
