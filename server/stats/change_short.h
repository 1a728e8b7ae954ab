/* Two commits that go away from a level and come back. A level has three points at least, and of
 * two no order of a series can prove anything: some two neighbours always lie furthest out. So they
 * are suspects only, for attempts of both sides to confirm (change_trial.h). */
#pragma once

#include "stats/change.h"

#include <stddef.h>

/* Both points lie so many standard deviations from the middle of their neighbours, on one side, and
 * further out than any of these. Noise alone does that in 6 of 100 normal series of 200 points, in
 * 17 of 100 where each value leans on the one before; told after its pairs is one in 400 at most
 * (ci/bench/stats.c). */
#define CHANGE_SHORT_DEVIATIONS 2.5

enum { CHANGE_SHORT = 2, CHANGE_SHORT_BESIDE = 5 };

/* Adds both edges of each such stretch to what change_find gave for these values, in order, with a
 * chance of 1: what their order says. Those beside a change that noise does not show
 * (CHANGE_CHANCE) are left out; mere suspects beside them go, which take a neighbour for a part of
 * it. */
void change_short_add(const double *values, size_t n, struct changes *changes);
