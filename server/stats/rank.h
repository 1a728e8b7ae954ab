/* Mann and Whitney's test: do two samples lie differently, whatever their distribution? Exact for
 * a small sample (Annals of Mathematical Statistics 18, 1947), normal for two large ones. */
#pragma once

#include <stddef.h>

/* Two-sided chance that samples of one distribution lie at least so far apart. Equal values count
 * half, rounded towards "alike". Both counts are above 0. */
double rank_chance(const double *a, size_t a_count, const double *b, size_t b_count);
