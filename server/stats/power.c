/* How long to run. */
#include "stats/power.h"

#include <math.h>
#include <stdbool.h>

static bool is_seen(const struct rate_side *seen)
{
	return seen->events > 0 && seen->exposure > 0;
}

double power_known(const struct rate_side *seen, double ratio, double risk)
{
	return is_seen(seen) ? -log(risk) * seen->exposure / seen->events / ratio : NAN;
}

double power_uncertain(const struct rate_side *seen, double ratio, double risk)
{
	return is_seen(seen) ? expm1(-log(risk) / (seen->events + 0.5)) * seen->exposure / ratio
			     : NAN;
}
