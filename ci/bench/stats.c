/* What the arithmetic promises, simulated, and how fast it is: `make soak` runs `rates` and fails
 * where a promise is broken, `make bench` prints `speed`. Draws are seeded, so figures come again.
 *   stats rates [PERCENT]    every promise of server/stats with PERCENT (100) of its draws
 *   stats speed              change points of long series, the choice of what to bisect next */
#include "stats/ancestry.h"
#include "stats/change.h"
#include "stats/change_short.h"
#include "stats/change_trial.h"
#include "stats/culprit.h"
#include "stats/hazard.h"
#include "stats/rate.h"
#include "stats/verdict.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SERIES = 10000, POINTS = 200, LONG = 10000, MEANS = 120, MEAN_DRAWS = 2000, BUGS = 100000 };

static gsl_rng *rng;
static int broken;

/* One line; `least` and `most` are the promise. */
static void promise(const char *what, double percent, double least, double most)
{
	const bool is_kept = percent >= least && percent <= most;
	broken += !is_kept;
	printf("%-62s %7.2f %%   %s %g %%%s\n", what, percent,
		most < 100 ? "promised at most" : "promised at least", most < 100 ? most : least,
		is_kept ? "" : "   BROKEN");
	fflush(stdout);
}

/* --- change points -------------------------------------------------------------------------- */
static double draw_normal(double last, double unused)
{
	(void)last;
	(void)unused;
	return gsl_ran_ugaussian(rng);
}

static double draw_poisson(double last, double mean)
{
	(void)last;
	return gsl_ran_poisson(rng, mean);
}

/* Mean 5 with this shape: variance 5 + 25/shape. */
static double draw_negative_binomial(double last, double shape)
{
	(void)last;
	return gsl_ran_poisson(rng, gsl_ran_gamma(rng, shape, 5 / shape));
}

static double draw_autocorrelated(double last, double phi)
{
	return phi * last + gsl_ran_ugaussian(rng);
}

static const struct noise {
	const char *name;
	double (*draw)(double last, double parameter);
	double parameter;
	double promised; /* percent */
} noises[] = {
	{"quiet series with a change: normal", draw_normal, 0, 1},
	{"  Poisson, mean 0.5", draw_poisson, 0.5, 1},
	{"  Poisson, mean 5", draw_poisson, 5, 1},
	{"  Poisson, mean 100", draw_poisson, 100, 1},
	{"  negative binomial, mean 5, shape 1", draw_negative_binomial, 1, 1},
	{"  negative binomial, mean 5, shape 5", draw_negative_binomial, 5, 1},
	{"  autocorrelation 0.5", draw_autocorrelated, 0.5, 2},
};

static size_t changes_count(const double *values, size_t n, size_t *first)
{
	struct changes changes;
	(void)change_find(values, n, CHANGE_CHANCE, &changes);
	const size_t count = changes.count;
	*first = count > 0 ? changes.list[0].at : 0;
	changes_fini(&changes);
	return count;
}

static void quiet_series(const struct noise *noise, size_t draws)
{
	size_t alarms = 0;
	double values[POINTS];
	size_t first = 0;
	gsl_rng_set(rng, 1);
	for (size_t i = 0; i < draws; i++) {
		double last = 0;
		for (size_t t = 0; t < POINTS; t++) { /* settles */
			last = noise->draw(last, noise->parameter);
		}
		for (size_t t = 0; t < POINTS; t++) {
			values[t] = last = noise->draw(last, noise->parameter);
		}
		alarms += changes_count(values, POINTS, &first) > 0;
	}
	promise(noise->name, 100 * (double)alarms / (double)draws, 0, noise->promised);
}

/* 100 with noise 5, then 120 with the same noise. */
static void shift_found(size_t draws)
{
	size_t found = 0;
	double values[20];
	size_t first = 0;
	gsl_rng_set(rng, 2);
	for (size_t i = 0; i < draws; i++) {
		for (size_t t = 0; t < 20; t++) {
			values[t] = (t < 10 ? 100 : 120) + gsl_ran_gaussian(rng, 5);
		}
		found += changes_count(values, 20, &first) == 1 && first >= 9 && first <= 11;
	}
	promise("20 % shift, noise 5 %, 10 + 10 points: found within one point",
		100 * (double)found / (double)draws, 98, 100);
}

static bool is_near(size_t at, size_t truth)
{
	return at + 1 >= truth && at <= truth + 1;
}

/* Ten points, `away` points some deviations higher, ten more: both edges, and nothing else. */
static void excursion_found(size_t away, double deviations, double promised, size_t draws)
{
	size_t found = 0;
	double values[POINTS];
	gsl_rng_set(rng, 7);
	for (size_t i = 0; i < draws; i++) {
		struct changes changes;
		for (size_t t = 0; t < 20 + away; t++) {
			const bool is_away = t >= 10 && t < 10 + away;
			values[t] = (is_away ? deviations : 0) + gsl_ran_ugaussian(rng);
		}
		(void)change_find(values, 20 + away, CHANGE_CHANCE, &changes);
		found += changes.count == 2 && is_near(changes.list[0].at, 10) &&
			 is_near(changes.list[1].at, 10 + away);
		changes_fini(&changes);
	}
	char what[80];
	snprintf(what, sizeof(what), "%zu points %g deviations away and back among 20: found", away,
		deviations);
	promise(what, 100 * (double)found / (double)draws, promised, 100);
}

/* --- what is told when attempts have confirmed it --------------------------------------------- */
/* Pairs of both sides of a change, three more as long as nothing is decided, nine at most; noise 1
 * around levels that differ by `shift`. */
static bool is_confirmed(const struct change *c, double noise, double shift)
{
	enum { PAIRS = 9 };
	double before[PAIRS], after[PAIRS];
	struct change_trial trial = {.verdict = CHANGE_UNDECIDED};
	for (size_t n = 0; n < PAIRS && trial.verdict == CHANGE_UNDECIDED;) {
		for (size_t i = 0; i < CHANGE_TRIAL_PAIRS_MIN; i++, n++) {
			before[n] = gsl_ran_ugaussian(rng);
			after[n] = shift + gsl_ran_ugaussian(rng);
		}
		change_confirm(before, after, n, c->after - c->before, noise, &trial);
	}
	return trial.verdict == CHANGE_CONFIRMED;
}

/* Two commits among `POINTS` / 4, some deviations away and back: both edges suspected, and told. */
static void short_told(double deviations, double least, size_t draws)
{
	enum { COMMITS = POINTS / 4, AWAY = COMMITS / 2 };
	size_t told = 0;
	gsl_rng_set(rng, 9);
	for (size_t i = 0; i < draws; i++) {
		double values[COMMITS];
		for (size_t t = 0; t < COMMITS; t++) {
			const bool is_away = t >= AWAY && t < AWAY + CHANGE_SHORT;
			values[t] = (is_away ? deviations : 0) + gsl_ran_ugaussian(rng);
		}
		struct changes changes;
		(void)change_find(values, COMMITS, CHANGE_SUSPECT, &changes);
		change_short_add(values, COMMITS, &changes);
		size_t edges = 0;
		for (size_t k = 0; k < changes.count; k++) {
			const size_t at = changes.list[k].at;
			const double shift = at == AWAY                  ? deviations
					     : at == AWAY + CHANGE_SHORT ? -deviations
									 : 0;
			edges += shift != 0 && is_confirmed(&changes.list[k], changes.noise, shift);
		}
		told += edges == 2;
		changes_fini(&changes);
	}
	char what[80];
	snprintf(what, sizeof(what), "2 commits %g deviations away and back among %d: told",
		deviations, (int)COMMITS);
	promise(what, 100 * (double)told / (double)draws, least, 100);
}

/* Of series in which nothing changes: in how many two commits are suspected, and told. */
static void short_quiet(const char *name, const struct noise *noise, double most, size_t draws)
{
	size_t suspected = 0;
	size_t told = 0;
	double values[POINTS];
	gsl_rng_set(rng, 10);
	for (size_t i = 0; i < draws; i++) {
		double last = 0;
		for (size_t t = 0; t < 2 * POINTS; t++) { /* the first half settles */
			values[t % POINTS] = last = noise->draw(last, noise->parameter);
		}
		struct changes changes;
		(void)change_find(values, POINTS, CHANGE_SUSPECT, &changes);
		for (size_t k = 0; k < changes.count; k++) {
			changes.list[k].chance = 0;
		}
		change_short_add(values, POINTS, &changes);
		bool is_any = false;
		bool is_told = false;
		for (size_t k = 0; k < changes.count; k++) {
			const struct change *c = &changes.list[k];
			is_any = is_any || c->chance >= 1;
			is_told = is_told || (c->chance >= 1 && is_confirmed(c, 1, 0));
		}
		suspected += is_any;
		told += is_told;
		changes_fini(&changes);
	}
	char what[80];
	snprintf(what, sizeof(what), "quiet series with 2 suspected commits: %s", name);
	promise(what, 100 * (double)suspected / (double)draws, 0, most);
	promise("  told after pairs", 100 * (double)told / (double)draws, 0, 0.5);
}

/* --- rates ---------------------------------------------------------------------------------- */
static bool covers(const struct rate *rate, double truth)
{
	return rate->low <= truth && truth <= rate->high;
}

/* Means from 0.5 to 60 in equal steps of their logarithm. */
static void intervals_cover(size_t draws)
{
	double least = 1;
	double garwood_sum = 0;
	double posterior_sum = 0;
	gsl_rng_set(rng, 3);
	for (size_t m = 0; m < MEANS; m++) {
		const double mean = 0.5 * pow(120, (double)m / (MEANS - 1));
		size_t garwood = 0;
		size_t posterior = 0;
		for (size_t i = 0; i < draws; i++) {
			const int64_t k = gsl_ran_poisson(rng, mean);
			struct rate rate;
			(void)rate_interval(k, 1, RATE_CONFIDENCE, &rate);
			if (rate.is_bound) { /* the interval, not the bound of one side */
				rate.high = rate_zero_bound(1, (1 + RATE_CONFIDENCE) / 2);
			}
			garwood += covers(&rate, mean);
			(void)rate_posterior(k, 1, RATE_CONFIDENCE, &rate);
			posterior += covers(&rate, mean);
		}
		const double share = (double)garwood / (double)draws;
		least = share < least ? share : least;
		garwood_sum += share;
		posterior_sum += (double)posterior / (double)draws;
	}
	promise("95 % interval of a rate covers, means 0.5 to 60", 100 * garwood_sum / MEANS, 95,
		100);
	promise("  at the worst of these means", 100 * least, 95, 100);
	promise("95 % posterior interval covers, means 0.5 to 60: at least",
		100 * posterior_sum / MEANS, 94, 100);
	promise("  and at most", 100 * posterior_sum / MEANS, 0, 96);
}

/* Crashes that come as Weibull's, in attempts of about `length` of its scale (0: until they crash),
 * in turn on three machines each of which crashes `unlike` times as often as the one before. */
struct crashes {
	double shape, length, unlike;
	size_t attempts;
};

static void hazard_judged(
	const char *what, const struct crashes *c, double least, double most, size_t draws)
{
	size_t called = 0;
	struct hazard_attempt list[MEANS];
	gsl_rng_set(rng, 8);
	for (size_t i = 0; i < draws; i++) {
		for (size_t a = 0; a < c->attempts; a++) {
			const double comes =
				gsl_ran_weibull(rng, 1, c->shape) / pow(c->unlike, (double)(a % 3));
			const double ends =
				c->length > 0 ? c->length * gsl_ran_flat(rng, 0.5, 1.5) : INFINITY;
			list[a] = (struct hazard_attempt){
				(int64_t)(a % 3), fmin(comes, ends), comes < ends};
		}
		struct hazard hazard;
		called += hazard_of(list, c->attempts, &hazard) == 0 &&
			  hazard.chance <= HAZARD_CHANCE;
	}
	promise(what, 100 * (double)called / (double)draws, least, most);
}

static void hazards(size_t draws)
{
	hazard_judged("constant rate called early or late, 15 of 100 crash",
		&(struct crashes){1, 0.17, 1, 100}, 0, 1.3, draws);
	hazard_judged("  all of 36 crash", &(struct crashes){1, 0, 1, 36}, 0, 1.3, draws);
	hazard_judged("  machines that differ, four times each", &(struct crashes){1, 0.3, 4, 90},
		0, 1.3, draws);
	hazard_judged("falling rate (Weibull 0.5) called early, 60 attempts",
		&(struct crashes){0.5, 1, 1, 60}, 80, 100, draws);
	hazard_judged("rising rate (Weibull 2) called late", &(struct crashes){2, 1, 1, 60}, 80,
		100, draws);
}

enum story {
	SEEN_BY_CHANCE,   /* in a fixed amount of work before */
	SEEN_UNTIL_FIRST, /* before ended with its first crash */
	SEEN_IN_A_MIX,    /* as by chance, and as much time again where it never comes */
	SEEN_BY_LUCK,     /* as by chance, where hardly any was due; what people are told */
};

/* A bug whose rate is the same before and after is looked at after each attempt until it comes
 * again or is called fixed. */
static bool fixed_wrongly(double mean, enum story story)
{
	const double attempt = gsl_ran_flat(rng, 0.02, 0.5);
	const bool is_first = story == SEEN_UNTIL_FIRST;
	const double seen = is_first ? 1 : gsl_ran_poisson(rng, mean);
	const double before = is_first ? gsl_ran_exponential(rng, 1 / mean) : 1;
	const double comes_again = gsl_ran_exponential(rng, 1 / mean);
	/* The last look before it comes again sees the longest silence. */
	const double silent = floor(comes_again / attempt) * attempt;
	const struct rate_cell cells[2] = {
		{.before = {seen, before, before}, .after = {0, silent, silent}},
		{.before = {0, 1, 1}, .after = {0, 1000 * silent, silent}},
	};
	struct verdict verdict;
	verdict_of(cells, story == SEEN_IN_A_MIX ? 2 : 1, &verdict);
	return seen > 0 && (story == SEEN_BY_LUCK ? verdict_is_told(cells, 1, &verdict)
						  : verdict.answer == VERDICT_FIXED);
}

/* Of the bugs of such a mean that were seen at all. */
static void told_is_right(double mean, size_t draws)
{
	size_t wrong = 0;
	gsl_rng_set(rng, 5);
	const double unseen = gsl_ran_poisson_pdf(0, mean);
	for (size_t i = 0; i < draws; i++) {
		wrong += fixed_wrongly(mean, SEEN_BY_LUCK);
	}
	char what[80];
	snprintf(what, sizeof(what), "told as fixed, of bugs seen where %g were due", mean);
	promise(what, 100 * (double)wrong / ((1 - unseen) * (double)draws), 0, 1);
}

static void fixed_is_right(const char *what, enum story story, size_t draws)
{
	size_t wrong = 0;
	gsl_rng_set(rng, 4);
	for (size_t i = 0; i < draws; i++) {
		const double mean = exp(gsl_ran_flat(rng, log(0.1), log(60)));
		wrong += fixed_wrongly(mean, story);
	}
	promise(what, 100 * (double)wrong / (double)draws, 0, 1);
}

static int rates(double percent)
{
	const double share = percent / 100;
	for (size_t i = 0; i < sizeof(noises) / sizeof(noises[0]); i++) {
		quiet_series(&noises[i], (size_t)(SERIES * share));
	}
	shift_found((size_t)(SERIES * share));
	excursion_found(5, 5, 90, (size_t)(SERIES * share));
	excursion_found(8, 5, 98, (size_t)(SERIES * share));
	short_told(4, 60, (size_t)(SERIES * share));
	short_told(5, 85, (size_t)(SERIES * share));
	short_told(8, 98, (size_t)(SERIES * share));
	short_quiet("normal", &noises[0], 10, (size_t)(SERIES * share));
	short_quiet("autocorrelation 0.5", &noises[sizeof(noises) / sizeof(noises[0]) - 1], 20,
		(size_t)(SERIES * share));
	hazards((size_t)(SERIES * share));
	intervals_cover((size_t)(MEAN_DRAWS * share * 10));
	const size_t bugs = (size_t)(BUGS * share);
	fixed_is_right("\"fixed\" where the rate is as before, 0.1 to 60 events due",
		SEEN_BY_CHANCE, bugs);
	fixed_is_right("  seen until its first crash", SEEN_UNTIL_FIRST, bugs);
	fixed_is_right(
		"  beside a thousand times the work that never crashes", SEEN_IN_A_MIX, bugs);
	static const double means[] = {0.01, 0.03, 0.1, 0.3, 1, 3, 10};
	for (size_t i = 0; i < sizeof(means) / sizeof(means[0]); i++) {
		told_is_right(means[i], bugs * (means[i] < 1 ? 4 : 1));
	}
	printf("%s\n", broken == 0 ? "all promises are kept" : "promises are broken");
	return broken == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* --- speed ---------------------------------------------------------------------------------- */
static double now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void speed_of(const char *what, const double *values)
{
	double whole = INFINITY;
	double appended = INFINITY;
	for (size_t i = 0; i < 5; i++) {
		struct changes before;
		struct changes after;
		static size_t known[LONG];
		const double start = now_ms();
		(void)change_find(values, LONG - 1, CHANGE_CHANCE, &before);
		const double found = now_ms();
		for (size_t k = 0; k < before.count; k++) {
			known[k] = before.list[k].at;
		}
		const struct change_stretch s =
			change_stretch(known, before.count, LONG, LONG - 1, LONG - 1);
		(void)change_find(values + s.from, s.to - s.from, CHANGE_CHANCE, &after);
		const double updated = now_ms();
		whole = fmin(whole, found - start);
		appended = fmin(appended, updated - found);
		changes_fini(&before);
		changes_fini(&after);
	}
	printf("stats: change points, %-27s %5.1f ms for 10,000 points, %.2f ms for one appended\n",
		what, whole, appended);
}

/* Of 10,000 commits after 40 attempts anywhere; sets of ancestors are prepared before. */
static void speed_of_choice(const char *what, double merges)
{
	static size_t starts[LONG + 1], parents[2 * LONG];
	static double weights[LONG], minutes[LONG];
	struct culprit_choice batch[16];
	size_t n = 0;
	gsl_rng_set(rng, 6);
	for (size_t i = 0; i < LONG; i++) {
		starts[i] = n;
		weights[i] = i > 0;
		minutes[i] = 1 + gsl_rng_uniform(rng);
		const size_t back = merges > 0 && i > 8 ? gsl_rng_uniform_int(rng, 8) : 0;
		if (i > 0) {
			parents[n++] = i - 1 - back;
		}
		if (i > 8 && back > 0 && gsl_rng_uniform(rng) < merges) {
			parents[n++] = i - 1;
		}
	}
	starts[LONG] = n;
	struct ancestry *line = NULL;
	const double begun = now_ms();
	if (ancestry_new(LONG, starts, parents, &line) != 0) {
		return;
	}
	const double prepared = now_ms() - begun;
	struct culprit *c = culprit_new(line, CULPRIT_BREAKS, weights, 1);
	for (size_t i = 0; i < 40; i++) {
		const size_t commit = gsl_rng_uniform_int(rng, LONG);
		culprit_see(c, commit, commit > LONG / 2 && i % 2 == 0, 1);
	}
	double one = INFINITY;
	double sixteen = INFINITY;
	for (size_t i = 0; i < 5; i++) {
		culprit_see(c, LONG - 1, 1, 1); /* so that the posterior is made anew */
		const double start = now_ms();
		(void)culprit_choose(c, 1, minutes, NULL, 0, 1, batch, 1);
		const double chosen = now_ms();
		(void)culprit_choose(c, 1, minutes, NULL, 0, 1, batch, 16);
		one = fmin(one, chosen - start);
		sixteen = fmin(sixteen, now_ms() - chosen);
	}
	printf("stats: what to bisect next, %-25s %5.1f ms of 10,000 commits, 16 at once %.1f ms, "
	       "preparing %.0f ms\n",
		what, one, sixteen, prepared);
	culprit_free(c);
	ancestry_free(line);
}

static int speed(void)
{
	static double values[LONG];
	double walk = 0;
	gsl_rng_set(rng, 5);
	for (size_t i = 0; i < LONG; i++) {
		values[i] = gsl_ran_ugaussian(rng);
	}
	speed_of("noise", values);
	for (size_t i = 0; i < LONG; i++) {
		values[i] += i / 100 % 2 == 0 ? 0 : 3;
	}
	speed_of("100 steps", values);
	for (size_t i = 0; i < LONG; i++) {
		values[i] = walk += gsl_ran_ugaussian(rng);
	}
	speed_of("a random walk", values);
	speed_of_choice("one line", 0);
	speed_of_choice("many merges", 0.5);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	rng = gsl_rng_alloc(gsl_rng_mt19937);
	const char *what = argc > 1 ? argv[1] : "";
	int status = 2;
	if (strcmp(what, "rates") == 0) {
		status = rates(argc > 2 ? strtod(argv[2], NULL) : 100);
	} else if (strcmp(what, "speed") == 0) {
		status = speed();
	} else {
		fprintf(stderr, "usage: stats rates [PERCENT] | stats speed\n");
	}
	gsl_rng_free(rng);
	return status;
}
