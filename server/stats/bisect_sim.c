/* Simulated searches. The ends are given to all methods alike and counted for none: ours sees
 * ENDS_EVENTS failures of the bad one, and GOOD_TIMES as many runs of the good one; git bisect and
 * fixed repeats are told more, the chance itself, to choose how many clean runs are enough. */
#include "stats/bisect_sim.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/ancestry.h"
#include "stats/culprit.h"

/* LINES: of the merged graph, open at once. RATE_ALWAYS: of a run that always fails, which then
 * fails soon. A search of more than RUNS_MAX runs is given up. */
enum {
	ENDS_EVENTS = 30,
	GOOD_TIMES = 3,
	LINES = 8,
	RUNS_MAX = 20000,
	PRODUCT_RUNS = 20,
	TEN_RUNS = 10,
	SEED_APART = 1000003 /* no two seeds share a history */
};

#define ACCURACY 0.99
#define PRODUCT_CUT 0.66 /* as the service has it */
#define RATE_ALWAYS 20.0
#define SPREAD 0.7 /* of the logarithm of varying exposure */
#define MERGES 0.3
#define MISLEADING 0.05 /* share of commits that paths point at */

const size_t sim_fleets[SIM_FLEETS] = {1, 4, 16};
const double sim_looks[SIM_LOOKS] = {0.5, 0.6, 0.7, 0.8, 0.9, 0.95, CULPRIT_SURE};

struct history {
	const struct sim_setting *setting;
	struct ancestry *line;
	gsl_rng *draws;
	double *weights, *minutes;
	size_t culprit;
	double rate, background_rate;
};

struct search {
	size_t runs;
	double rounds[SIM_FLEETS];
	bool is_named, is_right;
	size_t ends;
	struct sim_look looks[SIM_LOOKS];
};

/* Chance of failure at this rate, over all exposures (Gauss' own points would be finer than any
 * use). */
static double chance_of(const struct sim_setting *setting, double rate)
{
	double sum = 0;
	enum { POINTS = 200 };
	for (size_t i = 0; i < POINTS && setting->is_varying; i++) {
		const double z = -4 + 8 * ((double)i + 0.5) / POINTS;
		sum += gsl_ran_ugaussian_pdf(z) * 8 / POINTS *
		       -expm1(-rate * exp(SPREAD * z - SPREAD * SPREAD / 2));
	}
	return setting->is_varying ? sum : -expm1(-rate);
}

static double rate_of(const struct sim_setting *setting, double chance)
{
	double low = 0;
	double high = RATE_ALWAYS;
	for (size_t i = 0; i < 60; i++) {
		const double middle = (low + high) / 2;
		*(chance_of(setting, middle) < chance ? &low : &high) = middle;
	}
	return chance >= 1 ? RATE_ALWAYS : high;
}

/* A new commit goes on one of several open lines, and sometimes merges another into it; the last
 * merges them all. */
static struct ancestry *graph_draw(gsl_rng *draws, bool is_merged)
{
	size_t starts[SIM_COMMITS + 1], parents[2 * SIM_COMMITS + LINES], tips[LINES] = {0};
	size_t n = 0;
	for (size_t i = 0; i < SIM_COMMITS; i++) {
		const size_t line = is_merged ? gsl_rng_uniform_int(draws, LINES) : 0;
		const size_t other = gsl_rng_uniform_int(draws, LINES);
		const bool is_last = is_merged && i + 1 == SIM_COMMITS;
		starts[i] = n;
		if (i > 0) {
			parents[n++] = tips[line];
		}
		for (size_t t = 0; is_last && t < LINES; t++) {
			if (t != line) {
				parents[n++] = tips[t];
			}
		}
		if (i > 0 && is_merged && !is_last && tips[other] != tips[line] &&
			gsl_rng_uniform(draws) < MERGES) {
			parents[n++] = tips[other];
		}
		tips[line] = i;
	}
	starts[SIM_COMMITS] = n;
	struct ancestry *line = NULL;
	return ancestry_new(SIM_COMMITS, starts, parents, &line) == 0 ? line : NULL;
}

static double background_draw(const struct sim_setting *setting, gsl_rng *draws)
{
	if (!setting->is_drawn) {
		return setting->background;
	}
	return gsl_ran_beta(draws, CULPRIT_BACKGROUND,
		CULPRIT_BACKGROUND / (CULPRIT_BACKGROUND_SHARE * setting->fails));
}

/* The culprit is one of those that the newest commit holds, the oldest is the good end. What it
 * does not hold is no part of the range. */
static void history_init(struct history *h, const struct sim_setting *setting, uint64_t seed)
{
	h->setting = setting;
	h->draws = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(h->draws, seed);
	h->line = graph_draw(h->draws, setting->is_merged);
	h->weights = alloc_zero(SIM_COMMITS, sizeof(double));
	h->minutes = alloc_zero(SIM_COMMITS, sizeof(double));
	h->rate = rate_of(setting, setting->fails);
	h->background_rate = rate_of(setting, background_draw(setting, h->draws));
	do {
		h->culprit = 1 + gsl_rng_uniform_int(h->draws, SIM_COMMITS - 1);
	} while (!ancestry_holds(h->line, SIM_COMMITS - 1, h->culprit));
	for (size_t i = 0; i < SIM_COMMITS; i++) {
		const bool is_inside = ancestry_holds(h->line, SIM_COMMITS - 1, i);
		const bool is_pointed = setting->is_misled && i != h->culprit &&
					gsl_rng_uniform(h->draws) < MISLEADING;
		h->weights[i] = i == 0 || !is_inside ? 0 : is_pointed ? CULPRIT_PATH_WEIGHT : 1;
		h->minutes[i] = is_inside ? 1 : INFINITY;
	}
}

static void history_fini(struct history *h)
{
	ancestry_free(h->line);
	gsl_rng_free(h->draws);
	free(h->weights);
	free(h->minutes);
}

/* One run: did it fail, and if not, how much had it worked? */
static bool run_fails(const struct history *h, size_t commit, double *exposure)
{
	const double rate =
		ancestry_holds(h->line, commit, h->culprit) ? h->rate : h->background_rate;
	const double whole = h->setting->is_varying
				     ? gsl_ran_lognormal(h->draws, -SPREAD * SPREAD / 2, SPREAD)
				     : 1;
	const double first = rate > 0 ? gsl_ran_exponential(h->draws, 1 / rate) : INFINITY;
	/* "always" means always, also when a run was short */
	const bool fails = first < whole || (rate >= RATE_ALWAYS);
	*exposure = fails ? 0 : whole;
	return fails;
}

/* --- ours ------------------------------------------------------------------------------------ */
static struct culprit *ours_begin(const struct history *h, size_t *ends)
{
	size_t runs = 0;
	double clean = 0;
	for (size_t events = 0; events < ENDS_EVENTS && runs < RUNS_MAX; runs++) {
		double exposure = 0;
		events += run_fails(h, SIM_COMMITS - 1, &exposure);
		clean += exposure;
	}
	struct culprit *c = culprit_new(
		h->line, CULPRIT_BREAKS, h->weights, (double)ENDS_EVENTS / (double)runs);
	culprit_see(c, SIM_COMMITS - 1, ENDS_EVENTS, clean);
	for (size_t i = 0; i < GOOD_TIMES * runs; i++) {
		double exposure = 0;
		const bool fails = run_fails(h, 0, &exposure);
		culprit_see(c, 0, fails, exposure);
	}
	*ends = (GOOD_TIMES + 1) * runs;
	return c;
}

static void looks_note(struct culprit *c, const struct history *h, struct search *out)
{
	const double *p = culprit_posterior(c);
	size_t best = 0;
	for (size_t i = 1; i < SIM_COMMITS; i++) {
		best = p[i] > p[best] ? i : best;
	}
	for (size_t l = 0; l < SIM_LOOKS; l++) {
		if (p[best] >= sim_looks[l] && out->looks[l].reached == 0) {
			out->looks[l] = (struct sim_look){1, best == h->culprit, p[best]};
		}
	}
}

static void ours_search(const struct history *h, size_t fleet, struct search *out)
{
	struct culprit *c = ours_begin(h, &out->ends);
	struct culprit_choice batch[16];
	const size_t machines = sim_fleets[fleet];
	size_t runs = 0;
	size_t rounds = 0;
	while (culprit_judge(c, h->minutes) == CULPRIT_OPEN && runs < RUNS_MAX) {
		const size_t n =
			culprit_choose(c, 1, h->minutes, NULL, 0, runs + 1, batch, machines);
		for (size_t i = 0; i < n; i++) {
			double exposure = 0;
			const bool fails = run_fails(h, batch[i].commit, &exposure);
			culprit_see(c, batch[i].commit, fails, exposure);
		}
		if (fleet == 0) {
			looks_note(c, h, out);
		}
		runs += n > 0 ? n : RUNS_MAX;
		rounds++;
	}
	out->rounds[fleet] = (double)rounds;
	if (fleet == 0) {
		out->runs = runs;
		out->is_named = culprit_judge(c, h->minutes) == CULPRIT_FOUND;
		out->is_right = out->is_named && culprit_posterior(c)[h->culprit] >= CULPRIT_SURE;
	}
	culprit_free(c);
}

/* --- one step after another --------------------------------------------------------------------
 */
struct steps {
	size_t runs;   /* of a step, at most */
	bool is_hasty; /* a failure ends it */
	bool is_product;
};

/* As many clean runs as are wrong so seldom that the whole, half of whose steps are bad, is right
 * with ACCURACY: (1 - (1 - p)^runs / 2)^steps. */
static size_t runs_enough(const struct sim_setting *setting)
{
	const double wrong = 2 * -expm1(log(ACCURACY) / log2(SIM_COMMITS));
	return setting->fails >= 1 ? 1 : (size_t)ceil(log(wrong) / log1p(-setting->fails));
}

/* Where git would look next: what halves the candidates best; SIM_COMMITS when one is left. */
static size_t middle_find(const struct history *h, const double *alive)
{
	double sums[SIM_COMMITS];
	double all = 0;
	double most = 0;
	size_t best = SIM_COMMITS;
	ancestry_sum(h->line, alive, sums);
	for (size_t i = 0; i < SIM_COMMITS; i++) {
		all += alive[i];
	}
	for (size_t i = 0; i < SIM_COMMITS; i++) {
		const double halves = fmin(sums[i], all - sums[i]);
		if (alive[i] > 0 && halves > most) {
			most = halves;
			best = i;
		}
	}
	return best;
}

static bool step_fails(
	const struct history *h, const struct steps *steps, size_t commit, struct search *out)
{
	size_t runs = 0;
	size_t first = 0;
	while (runs < steps->runs && !(steps->is_hasty && first > 0)) {
		double exposure = 0;
		runs++;
		first = run_fails(h, commit, &exposure) && first == 0 ? runs : first;
	}
	out->runs += runs;
	for (size_t f = 0; f < SIM_FLEETS; f++) {
		out->rounds[f] += ceil((double)runs / (double)sim_fleets[f]);
	}
	return first > 0;
}

static void steps_search(const struct history *h, const struct steps *steps, struct search *out)
{
	double alive[SIM_COMMITS];
	double confidence = 1;
	size_t commit = 0;
	for (size_t i = 0; i < SIM_COMMITS; i++) {
		alive[i] = h->weights[i] > 0;
	}
	while ((commit = middle_find(h, alive)) < SIM_COMMITS) {
		const bool fails = step_fails(h, steps, commit, out);
		for (size_t i = 0; i < SIM_COMMITS; i++) {
			if (ancestry_holds(h->line, commit, i) != fails) {
				alive[i] = 0;
			}
		}
		confidence *= fails ? 1 : 1 - pow(1 - h->setting->fails, (double)steps->runs);
	}
	out->is_named = !steps->is_product || confidence >= PRODUCT_CUT;
	out->is_right = out->is_named && alive[h->culprit] > 0;
}

/* --- all ------------------------------------------------------------------------------------- */
static void search(const struct history *h, enum sim_method method, struct search *out)
{
	const size_t enough = runs_enough(h->setting);
	const struct steps steps[SIM_METHODS] = {
		[SIM_GIT] = {enough, true, false},
		[SIM_REPEATS] = {enough, false, false},
		[SIM_TEN] = {TEN_RUNS, false, false},
		[SIM_PRODUCT] = {PRODUCT_RUNS, false, true},
	};
	if (method != SIM_OURS) {
		steps_search(h, &steps[method], out);
		return;
	}
	for (size_t fleet = 0; fleet < SIM_FLEETS && (fleet == 0 || !h->setting->is_alone);
		fleet++) {
		ours_search(h, fleet, out);
	}
}

static void looks_add(struct sim_look *sums, const struct sim_look *looks)
{
	for (size_t l = 0; l < SIM_LOOKS; l++) {
		sums[l].reached += looks[l].reached;
		sums[l].right += looks[l].right;
		sums[l].claimed += looks[l].claimed;
	}
}

static void method_run(const struct sim_setting *setting, enum sim_method method, size_t histories,
	uint64_t seed, struct sim_result *out)
{
	_free_ double *runs = alloc_zero(histories + 1, sizeof(*runs));
	*out = (struct sim_result){.histories = histories};
	for (size_t i = 0; i < histories; i++) {
		struct history h = {0};
		struct search s = {0};
		history_init(&h, setting, seed * SEED_APART + i);
		search(&h, method, &s);
		runs[i] = (double)s.runs;
		out->right += s.is_right;
		out->named += s.is_named;
		for (size_t f = 0; f < SIM_FLEETS; f++) {
			out->rounds[f] += s.rounds[f] / (double)histories;
		}
		out->ends += (double)s.ends / (double)histories;
		looks_add(out->looks, s.looks);
		history_fini(&h);
	}
	for (size_t l = 0; l < SIM_LOOKS; l++) {
		out->looks[l].claimed /= (double)out->looks[l].reached;
	}
	gsl_sort(runs, 1, histories);
	out->attempts = gsl_stats_mean(runs, 1, histories);
	out->attempts_p95 = gsl_stats_quantile_from_sorted_data(runs, 1, histories, 0.95);
}

void sim_run(const struct sim_setting *setting, size_t histories, uint64_t seed,
	struct sim_result out[SIM_METHODS])
{
	for (int m = 0; m < SIM_METHODS; m++) {
		method_run(setting, (enum sim_method)m, histories, seed, &out[m]);
	}
}
