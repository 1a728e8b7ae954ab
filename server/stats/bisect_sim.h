/* Searches of a planted culprit, simulated: ours beside what people do. Seeded; draws of one number
 * are the same everywhere. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sim_method {
	SIM_OURS,
	SIM_GIT,     /* git bisect: a step ends at its first failure, or after enough clean runs */
	SIM_REPEATS, /* a fixed number of runs a step, for the same accuracy */
	SIM_TEN,     /* ten runs a step */
	SIM_PRODUCT, /* twenty, and it gives up when the product of its confidences is too low */
	SIM_METHODS,
};

/* Machines with which wall time is told. */
enum { SIM_FLEETS = 3 };
extern const size_t sim_fleets[SIM_FLEETS];

enum { SIM_COMMITS = 1000 };

/* Beliefs at which it is asked whether they are as often right as they say. */
enum { SIM_LOOKS = 7 };
extern const double sim_looks[SIM_LOOKS];

struct sim_setting {
	bool is_merged;    /* a graph with many merges; else one line */
	double fails;      /* chance that a run with the defect fails; 1: always */
	double background; /* chance that one without it does */
	bool is_drawn;     /* ... drawn from the prior of our search, for each history anew */
	bool is_varying;   /* exposure of runs varies fivefold */
	bool is_misled;    /* paths point at commits that are not it */
	bool is_alone;     /* SIM_OURS with one machine only */
};

/* When our belief in one commit first was so great: an honest one is as often right as it says. */
struct sim_look {
	size_t reached, right;
	double claimed; /* mean */
};

struct sim_result {
	size_t histories, right;
	size_t named;                  /* a culprit was claimed */
	double attempts, attempts_p95; /* mean and 95th percentile, one machine */
	double rounds[SIM_FLEETS];     /* mean wall time, in lengths of a run */
	double ends; /* mean runs by which our search knows the ends; not in `attempts` */
	struct sim_look looks[SIM_LOOKS]; /* SIM_OURS */
};

void sim_run(const struct sim_setting *setting, size_t histories, uint64_t seed,
	struct sim_result out[SIM_METHODS]);
