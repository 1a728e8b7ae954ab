/* Which of the proposed places are changes: the weakest goes first, and what remains is placed and
 * measured again, since each one left out changes the noise that the others are held against. */
#pragma once

#include "stats/change_noise.h"
#include "stats/change_step.h"

#include <stddef.h>

/* A series' share of `chance` for one place, under noise of `phi`: Bonferroni over the places where
 * a change could be proven, and less where much rests on an estimated autocorrelation. */
double judge_share(double chance, size_t n, double phi);

/* Keeps of `count` cuts those that noise would show with at most `chance` anywhere in the series.
 * Answers how many. *noise is that of what they leave over; its phi is the believed one,
 * *drift the estimate itself: near 1 the series has no levels at all. chances[i], of cuts[i], is
 * the chance for the whole series; it has room for `count`. */
size_t change_judge(const struct change_view *view, double phi_least, double chance, size_t *cuts,
	size_t count, double *chances, struct change_noise *noise, double *drift);
