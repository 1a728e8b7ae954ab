/* Many questions at once: the share of false ones among those answered "yes". */
#pragma once

#include <stddef.h>

/* Turns `n` chances, in place and any order, into Benjamini and Hochberg's adjusted ones (JRSS B
 * 57, 1995): calling all at or below q "yes" makes at most a share q of these false. NaN is no
 * question and stays. */
void discovery_adjust(double *chances, size_t n);
