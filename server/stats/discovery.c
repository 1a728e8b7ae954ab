/* Benjamini and Hochberg's step-up. */
#include "stats/discovery.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_sort.h>
#include <math.h>

void discovery_adjust(double *chances, size_t n)
{
	_free_ double *asked = alloc_zero(n + 1, sizeof(*asked));
	_free_ size_t *place = alloc_zero(n + 1, sizeof(*place));
	_free_ size_t *order = alloc_zero(n + 1, sizeof(*order));
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		if (!isnan(chances[i])) {
			asked[count] = chances[i];
			place[count++] = i;
		}
	}
	gsl_sort_index(order, asked, 1, count);
	double least = 1;
	for (size_t rank = count; rank > 0; rank--) {
		const size_t i = order[rank - 1];
		least = GSL_MIN(least, asked[i] * (double)count / (double)rank);
		chances[place[i]] = least;
	}
}
