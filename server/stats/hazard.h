/* Does a bug come at a constant rate over an attempt? Every rate per migration presumes it, and
 * where it does not, short attempts and long ones must not be held against each other.
 *
 * Total time on test: attempts are laid side by side, so that each age counts as often as there are
 * attempts that came so far. On that scale events of a constant rate lie uniformly, however the
 * attempts were cut short (Barlow and Campo, Reliability and Fault Tree Analysis, 1975), and the
 * test is Laplace's: the mean of uniform places (Cox and Lewis, Statistical Analysis of Series of
 * Events, 1966). Unlike the likelihood ratio of Weibull's shape it holds what it says for five
 * events too; the shape, by its likelihood, says how far off it is. Each stratum (a machine) has a
 * scale and a rate of its own. Rates that differ within a stratum look like an early one. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Too few events whose place says anything. */
enum { HAZARD_TOO_FEW = 1 };

/* STRATUM: strata of fewer attempts are one together, since a scale made of few of them is bent. */
enum { HAZARD_EVENTS_MIN = 5, HAZARD_STRATUM_MIN = 10 };

#define HAZARD_CHANCE 0.01

enum hazard_answer {
	HAZARD_CONSTANT, /* nothing else is shown */
	HAZARD_EARLY,    /* the beginning of an attempt is the dangerous part */
	HAZARD_LATE,     /* it takes a while until it can come */
};

/* What an attempt had tried when the bug came, or when it ended without it. */
struct hazard_attempt {
	int64_t stratum;
	double exposure; /* 0 or more */
	bool has_event;
};

struct hazard {
	enum hazard_answer answer;
	size_t events; /* whose place counts: of a stratum where all failed the last one does not */
	double chance; /* of such places at a constant rate, two-sided */
	double shape;  /* Weibull's: below 1 early, above 1 late */
};

/* 0 and *out, or HAZARD_TOO_FEW and *out with nothing but `events`. */
int hazard_of(const struct hazard_attempt *attempts, size_t n, struct hazard *out);
