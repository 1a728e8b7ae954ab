/* `faultline-server bisect-sim`: our search beside what people do, and whether it keeps what is
 * promised of it. */
#include "stats/command.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/number.h"
#include "stats/bisect_sim.h"

enum { EXIT_USAGE = 2, HISTORIES = 100, HISTORIES_MAX = 100000 };

static const double chances[] = {1, 0.5, 0.2, 0.05};
enum { CHANCES = sizeof(chances) / sizeof(chances[0]) };

static const struct variant {
	const char *name;
	double background; /* share of the chance with the defect */
	bool is_drawn, is_varying, is_misled;
} variants[] = {
	{"", 0, false, false, false},
	{", background", 0.02, false, false, false},
	{", background as the search expects it", 0, true, false, false},
	{", varying exposure", 0, false, true, false},
	{", misleading paths", 0, false, false, true},
};
enum { VARIANTS = sizeof(variants) / sizeof(variants[0]) };

static const char *const methods[SIM_METHODS] = {
	[SIM_OURS] = "ours",
	[SIM_GIT] = "git bisect, to the first failure",
	[SIM_REPEATS] = "the same number of runs each step",
	[SIM_TEN] = "ten runs a step",
	[SIM_PRODUCT] = "twenty, product of confidences",
};

/* What issue and README promise of our search. */
#define RIGHT 0.98
#define OF_GIT 0.70
#define OF_REPEATS 0.45
#define MORE_AT_ONE 2.0
#define FASTER_AT_ONE 2.5
#define FASTER 6.0

struct order {
	int64_t histories, seed;
	double fails; /* this chance only; 0: all */
	bool is_check, is_short;
};

static int usage(FILE *out)
{
	fprintf(out, "usage: faultline-server bisect-sim [--histories N] [--seed N] [--fails P] "
		     "[--short] [--check]\n");
	return out == stdout ? EXIT_SUCCESS : EXIT_USAGE;
}

static bool promise(bool is_kept, const char *what)
{
	if (!is_kept) {
		printf("  BROKEN: %s\n", what);
	}
	return is_kept;
}

/* Costs are compared where git bisect is as often right, which background denies it. */
static bool promises_kept(const struct sim_setting *s, const struct sim_result *r)
{
	const struct sim_result *ours = &r[SIM_OURS];
	const bool is_plain =
		!(s->background > 0) && !s->is_drawn && !s->is_misled && !s->is_varying;
	const double faster = s->is_alone ? FASTER : ours->rounds[0] / ours->rounds[SIM_FLEETS - 1];
	bool is_kept = promise((double)ours->right >= RIGHT * (double)ours->histories,
		"the right commit as often as promised");
	if (is_plain && s->fails >= 1) {
		is_kept &= promise(ours->attempts <= r[SIM_GIT].attempts + MORE_AT_ONE,
			"at most two attempts more than git bisect");
		is_kept &= promise(faster >= FASTER_AT_ONE, "16 machines 2.5 times as fast");
	} else if (is_plain) {
		is_kept &= promise(ours->attempts <= OF_GIT * r[SIM_GIT].attempts,
			"0.70 of git bisect's attempts");
		is_kept &= promise(ours->attempts <= OF_REPEATS * r[SIM_REPEATS].attempts,
			"0.45 of fixed repeats");
		is_kept &= promise(faster >= FASTER, "16 machines six times as fast");
	}
	return is_kept;
}

/* Claims beside what they were worth: where they are exact, the numbers are equal but for luck. */
static void looks_print(const struct sim_look *looks)
{
	printf("  belief of one first reached        ");
	for (size_t l = 0; l < SIM_LOOKS; l++) {
		printf(" %10g", sim_looks[l]);
	}
	printf("\n  ... was on the mean, and right in %% ");
	for (size_t l = 0; l < SIM_LOOKS; l++) {
		printf("  %4.1f %4.1f", 100 * looks[l].claimed,
			100 * (double)looks[l].right / (double)looks[l].reached);
	}
	printf("\n");
}

static void result_print(
	const struct sim_setting *s, const struct variant *v, const struct sim_result *r)
{
	printf("%s of 1,000 commits, p(fail | bad) = %g%s; ends known from %.0f runs\n",
		s->is_merged ? "graph" : "line", s->fails, v->name, r[SIM_OURS].ends);
	for (size_t m = 0; m < SIM_METHODS; m++) {
		printf("  %-34s right %5.1f %%  attempts %6.1f (p95 %5.0f)  wall time", methods[m],
			100 * (double)r[m].right / (double)r[m].histories, r[m].attempts,
			r[m].attempts_p95);
		for (size_t f = 0; f < SIM_FLEETS; f++) {
			if (r[m].rounds[f] > 0) {
				printf(" %6.1f", r[m].rounds[f]);
			}
		}
		printf("\n");
	}
	looks_print(r[SIM_OURS].looks);
	fflush(stdout);
}

static bool setting_run(
	bool is_merged, double fails, const struct variant *v, const struct order *order)
{
	const struct sim_setting setting = {.is_merged = is_merged,
		.fails = fails,
		.background = v->background * fails,
		.is_drawn = v->is_drawn,
		.is_varying = v->is_varying,
		.is_misled = v->is_misled,
		.is_alone = v != variants};
	struct sim_result results[SIM_METHODS];
	sim_run(&setting, (size_t)order->histories, (uint64_t)order->seed, results);
	result_print(&setting, v, results);
	return !order->is_check || promises_kept(&setting, results);
}

static bool settings_run(bool is_merged, const struct order *order)
{
	bool is_kept = true;
	for (size_t c = 0; c < CHANCES; c++) {
		const bool is_asked = !(order->fails > 0) || order->fails == chances[c];
		for (size_t v = 0; is_asked && v < (order->is_short ? 1 : VARIANTS); v++) {
			is_kept &= setting_run(is_merged, chances[c], &variants[v], order);
		}
	}
	return is_kept;
}

static int order_read(int argc, char **argv, struct order *order)
{
	static const struct option options[] = {
		{"check", no_argument, NULL, 'c'},
		{"fails", required_argument, NULL, 'p'},
		{"histories", required_argument, NULL, 'n'},
		{"seed", required_argument, NULL, 's'},
		{"short", no_argument, NULL, 'q'},
		{0},
	};
	*order = (struct order){.histories = HISTORIES, .seed = 1};
	int option = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		order->is_check = order->is_check || option == 'c';
		order->is_short = order->is_short || option == 'q';
		if (option == '?' ||
			(option == 'n' &&
				number_parse(optarg, 1, HISTORIES_MAX, &order->histories) != 0) ||
			(option == 'p' && number_parse_real(optarg, 0, 1, &order->fails) != 0) ||
			(option == 's' && number_parse(optarg, 0, INT32_MAX, &order->seed) != 0)) {
			return EXIT_USAGE;
		}
	}
	return optind == argc ? 0 : EXIT_USAGE;
}

int command_bisect_sim(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		return usage(stdout);
	}
	struct order order;
	if (order_read(argc, argv, &order) != 0) {
		return usage(stderr);
	}
	printf("means of %d histories, seed %d; wall time in lengths of a run with 1, 4, 16 "
	       "machines; the ends are given to each method alike, and counted for none\n",
		(int)order.histories, (int)order.seed);
	bool is_kept = settings_run(false, &order);
	is_kept &= settings_run(true, &order);
	return is_kept ? EXIT_SUCCESS : EXIT_FAILURE;
}
