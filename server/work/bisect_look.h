/* One look at a search: its range, what was tried of it, and what is believed now. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "store/bisection.h"

struct ancestry;
struct culprit;

/* At once, however many machines there are: more would tell little besides each other. */
enum { BATCH_MAX = 32 };

struct look {
	struct bisection b;
	struct bisection_range range;
	struct bisection_evidence *evidence;
	size_t n;
	struct ancestry *line;
	struct culprit *search;
	double *minutes; /* of an attempt on each commit */
	size_t pending[BATCH_MAX];
	size_t n_pending;
	double needs_minutes;
	double chance; /* that an attempt shows it where it is */
};
void look_fini(struct look *look);
#define _look_ __attribute__((cleanup(look_fini)))

/* Weighs the evidence: fills search, minutes, pending, chance, and the bits of each attempt. False:
 * too little is known of the ends. */
bool look_weigh(struct look *look);
