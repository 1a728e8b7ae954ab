/* How long to run: work without an event that a bug of some rate would leave silent with no more
 * than a stated chance. Pure. */
#pragma once

#include "stats/ratio.h"

/* Exposure in which a bug of exactly events/exposure x `ratio` stays silent with chance `risk`:
 * -ln(risk) over the rate. NaN unless events and exposure are above 0. */
double power_known(const struct rate_side *seen, double ratio, double risk);

/* The same with the rate as uncertain as so many events leave it, Gamma(k + 1/2, E): silence then
 * has chance (1 + ratio x / E)^-(k + 1/2). Longer, much so after one or two events. */
double power_uncertain(const struct rate_side *seen, double ratio, double risk);
