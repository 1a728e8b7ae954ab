/* Posterior and choice against brute force on small graphs: each culprit in turn, rates summed out
 * on a grid, each outcome followed. */
#include "stats/culprit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stats/ancestry.h"
#include "stats/culprit_state.h"

#define CHANCE 0.6

enum { LINE = 12, DIAMOND = 8, GRID = 20000 };

/* 0 - 1 - 2 - - - 5 - 6 - 7, beside it 3 - 4 from 1, merged by 6. */
static const size_t diamond_starts[] = {0, 0, 1, 2, 3, 4, 5, 7, 8};
static const size_t diamond_parents[] = {0, 1, 1, 3, 2, 5, 4, 6};

static struct ancestry *diamond(void)
{
	struct ancestry *a = NULL;
	assert_int_equal(ancestry_new(DIAMOND, diamond_starts, diamond_parents, &a), 0);
	return a;
}

static struct ancestry *line(size_t n)
{
	size_t *starts = calloc(n + 1, sizeof(*starts));
	size_t *parents = calloc(n + 1, sizeof(*parents));
	for (size_t i = 0; i < n; i++) {
		starts[i + 1] = i;
		parents[i] = i;
	}
	struct ancestry *a = NULL;
	starts[0] = 0;
	assert_int_equal(ancestry_new(n, starts, parents, &a), 0);
	free(starts);
	free(parents);
	return a;
}

struct seen {
	size_t commit;
	double events, exposure;
};

/* Integral of Beta(a, b) x p^events x (1 - p)^clean, on a grid of p's log-odds: no formula of the
 * program's. */
static double evidence(double a, double b, double events, double clean)
{
	double sum = 0;
	double norm = 0;
	const double low = -300, high = 60, step = (high - low) / GRID;
	for (size_t i = 0; i < GRID; i++) {
		const double odds = low + step * (double)i;
		const double log_p = -log1p(exp(-odds)), log_q = -log1p(exp(odds));
		norm += exp(a * log_p + b * log_q) * step;
		sum += exp((a + events) * log_p + (b + clean) * log_q) * step;
	}
	return sum / norm;
}

static void brute(const struct ancestry *a, enum culprit_kind kind, const double *weights,
	double chance, const struct seen *seen, size_t n_seen, double *out, double *none)
{
	const size_t n = ancestry_count(a);
	double weight = 0, sum = 0, events = 0, exposure = 0;
	for (size_t i = 0; i < n; i++) {
		weight += weights[i];
	}
	for (size_t i = 0; i < n; i++) {
		double k[2] = {0}, e[2] = {0}; /* without, with the defect */
		for (size_t s = 0; s < n_seen; s++) {
			const bool holds = ancestry_holds(a, seen[s].commit, i);
			k[holds == (kind == CULPRIT_BREAKS)] += seen[s].events;
			e[holds == (kind == CULPRIT_BREAKS)] += seen[s].exposure;
		}
		out[i] =
			weights[i] / weight * (1 - CULPRIT_NONE_PRIOR) *
			evidence(CULPRIT_HALF, CULPRIT_HALF, k[1], e[1]) *
			evidence(CULPRIT_BACKGROUND,
				CULPRIT_BACKGROUND / CULPRIT_BACKGROUND_SHARE / chance, k[0], e[0]);
		sum += out[i];
	}
	for (size_t s = 0; s < n_seen; s++) {
		events += seen[s].events;
		exposure += seen[s].exposure;
	}
	*none = CULPRIT_NONE_PRIOR * evidence(CULPRIT_HALF, CULPRIT_HALF, events, exposure);
	sum += *none;
	for (size_t i = 0; i < n; i++) {
		out[i] /= sum;
	}
	*none /= sum;
}

static const struct seen diamond_seen[] = {
	{0, 0, 3}, {7, 1, 0.7}, {7, 1, 0.2}, {4, 0, 1.5}, {6, 1, 1.1}, {5, 0, 0.3}, {2, 0, 2}};
enum { SEEN = sizeof(diamond_seen) / sizeof(diamond_seen[0]) };

static void see_all(struct culprit *c)
{
	for (size_t i = 0; i < SEEN; i++) {
		culprit_see(c, diamond_seen[i].commit, diamond_seen[i].events,
			diamond_seen[i].exposure);
	}
}

static void posterior_is_that_of_brute_force(void **state)
{
	(void)state;
	struct ancestry *a = diamond();
	const double weights[DIAMOND] = {0, 1, 1, 4, 1, 1, 1, 1};
	for (int kind = CULPRIT_BREAKS; kind <= CULPRIT_FIXES; kind++) {
		double expected[DIAMOND], none = 0;
		brute(a, (enum culprit_kind)kind, weights, CHANCE, diamond_seen, SEEN, expected,
			&none);
		struct culprit *c = culprit_new(a, (enum culprit_kind)kind, weights, CHANCE);
		see_all(c);
		const double *p = culprit_posterior(c);
		for (size_t i = 0; i < DIAMOND; i++) {
			assert_float_equal(p[i], expected[i], 1e-5);
		}
		assert_float_equal(culprit_none(c), none, 1e-5);
		culprit_free(c);
	}
	ancestry_free(a);
}

/* Clean is an attempt without event in that exposure; failed is what remains of the belief. `odds`
 * gets what the log odds of the truth gain besides. */
static double gain_of(const struct ancestry *a, const double *weights, size_t commit,
	double exposure, double *odds)
{
	struct culprit *before = culprit_new(a, CULPRIT_BREAKS, weights, CHANCE);
	struct culprit *after = culprit_new(a, CULPRIT_BREAKS, weights, CHANCE);
	double chance[DIAMOND];
	see_all(before);
	see_all(after);
	culprit_see(after, commit, 0, exposure);
	culprit_chances(before, exposure, chance);
	const double failed = chance[commit];
	double entropy = 0;
	*odds = 0;
	for (size_t i = 0; i <= DIAMOND; i++) {
		const double was =
			i < DIAMOND ? culprit_posterior(before)[i] : culprit_none(before);
		const double is = i < DIAMOND ? culprit_posterior(after)[i] : culprit_none(after);
		const double rest = (was - (1 - failed) * is) / failed;
		entropy -= rest > 1e-15 ? rest * log2(rest) : 0;
		if (i < DIAMOND && was > CULPRIT_ODDS_BELIEF) {
			*odds += is * (1 - failed) * log2((1 - was) / (1 - is)) +
				 rest * failed * log2((1 - was) / (1 - rest));
		}
	}
	const double gain =
		culprit_entropy(before) - (1 - failed) * culprit_entropy(after) - failed * entropy;
	culprit_free(before);
	culprit_free(after);
	return gain;
}

/* Of equal bits a minute that which raises the odds of the truth most. */
static size_t brute_choice(
	const struct ancestry *a, const double *weights, const double *minutes, double *bits)
{
	double odds[DIAMOND];
	double most = 0;
	double best_worth = 0;
	size_t best = 0;
	for (size_t i = 0; i < DIAMOND; i++) {
		bits[i] = gain_of(a, weights, i, 0.8, &odds[i]);
		most = fmax(most, bits[i] / minutes[i]);
	}
	for (size_t i = 0; i < DIAMOND; i++) {
		const bool is_good = bits[i] / minutes[i] > CULPRIT_ODDS_BITS * most;
		const double worth =
			(bits[i] + (is_good ? CULPRIT_ODDS_SHARE * odds[i] : 0)) / minutes[i];
		best = worth > best_worth ? i : best;
		best_worth = fmax(worth, best_worth);
	}
	return best;
}

static void best_next_attempt_is_that_of_brute_force(void **state)
{
	(void)state;
	struct ancestry *a = diamond();
	const double weights[DIAMOND] = {0, 1, 1, 4, 1, 1, 1, 1};
	double minutes[DIAMOND], bits[DIAMOND];
	for (size_t dear = 0; dear < DIAMOND; dear++) {
		for (size_t i = 0; i < DIAMOND; i++) {
			minutes[i] = i == dear ? 5 : i == 0 ? INFINITY : 1 + (double)i / 10;
		}
		const size_t best = brute_choice(a, weights, minutes, bits);
		struct culprit *c = culprit_new(a, CULPRIT_BREAKS, weights, CHANCE);
		see_all(c);
		struct culprit_choice choice;
		assert_int_equal(culprit_choose(c, 0.8, minutes, NULL, 0, 1, &choice, 1), 1);
		assert_int_equal(choice.commit, best);
		assert_float_equal(choice.bits, bits[best], 1e-6);
		culprit_free(c);
	}
	ancestry_free(a);
}

static struct culprit *certain(const struct ancestry *a, size_t n, double *weights, double *minutes)
{
	for (size_t i = 0; i < n; i++) {
		weights[i] = i > 0;
		minutes[i] = 1;
	}
	struct culprit *c = culprit_new(a, CULPRIT_BREAKS, weights, 1);
	for (size_t i = 0; i < 3; i++) {
		culprit_see(c, n - 1, 4, 0);
		culprit_see(c, 0, 0, 1);
	}
	return c;
}

/* Of eleven candidates two attempts at once make thirds, and what is under way is not run again. */
static void several_at_once_share_the_line(void **state)
{
	(void)state;
	struct ancestry *a = line(LINE);
	double weights[LINE], minutes[LINE];
	struct culprit *c = certain(a, LINE, weights, minutes);
	struct culprit_choice two[2];
	assert_int_equal(culprit_choose(c, 1, minutes, NULL, 0, 1, two, 2), 2);
	const size_t low = two[0].commit < two[1].commit ? two[0].commit : two[1].commit;
	const size_t high = two[0].commit + two[1].commit - low;
	assert_in_range(low, 2, 6);
	assert_in_range(high, 6, 10);
	assert_in_range(high - low, 2, 6);
	const size_t pending[] = {6};
	assert_int_equal(culprit_choose(c, 1, minutes, pending, 1, 1, two, 1), 1);
	assert_true(two[0].commit != 6);
	culprit_free(c);
	ancestry_free(a);
}

/* What does not build is not called good: its mass stays, and neighbours share the blame. */
static void commits_that_do_not_build_are_inseparable(void **state)
{
	(void)state;
	struct ancestry *a = line(LINE);
	double weights[LINE], minutes[LINE];
	struct culprit *c = certain(a, LINE, weights, minutes);
	minutes[5] = minutes[6] = INFINITY;
	for (size_t i = 0; i < 3; i++) {
		culprit_see(c, 4, 0, 1);
		culprit_see(c, 7, 4, 0);
	}
	assert_int_equal(culprit_judge(c, minutes), CULPRIT_INSEPARABLE);
	size_t *set = NULL;
	size_t n = 0;
	culprit_credible(c, &set, &n);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++) {
		assert_in_range(set[i], 5, 7);
	}
	free(set);
	minutes[6] = 1;
	assert_int_equal(culprit_judge(c, minutes), CULPRIT_OPEN);
	struct culprit_choice choice;
	assert_int_equal(culprit_choose(c, 1, minutes, NULL, 0, 1, &choice, 1), 1);
	assert_int_equal(choice.commit, 6);
	for (size_t i = 0; i < 3; i++) {
		culprit_see(c, 6, 0, 1);
	}
	assert_int_equal(culprit_judge(c, minutes), CULPRIT_FOUND);
	culprit_free(c);
	ancestry_free(a);
}

static void ends_that_are_alike_hold_no_culprit(void **state)
{
	(void)state;
	struct ancestry *a = line(LINE);
	double weights[LINE], minutes[LINE];
	culprit_free(certain(a, LINE, weights, minutes));
	struct culprit *c = culprit_new(a, CULPRIT_BREAKS, weights, 1);
	for (size_t i = 0; i < 12; i++) {
		culprit_see(c, 0, 4, 0);
		culprit_see(c, LINE - 1, 4, 0);
	}
	assert_int_equal(culprit_judge(c, minutes), CULPRIT_NOT_HERE);
	culprit_free(c);
	ancestry_free(a);
}

/* The bug is everywhere and comes half of the time; whoever named the older end had not tried it.
 */
static void one_lucky_attempt_makes_no_good_end(void **state)
{
	(void)state;
	struct ancestry *a = line(3);
	const double weights[] = {0, 1, 1};
	for (int is_doubted = 0; is_doubted < 2; is_doubted++) {
		struct culprit *c = culprit_new(a, CULPRIT_BREAKS, weights, 0.5);
		if (is_doubted == 1) {
			culprit_doubt(c);
		}
		culprit_see(c, 2, 4, 4);
		culprit_see(c, 1, 2, 2);
		culprit_see(c, 0, 0, 1);
		assert_true(is_doubted == 1 ? culprit_none(c) > 0.15 : culprit_none(c) < 0.03);
		for (size_t i = 0; i < 8; i++) {
			culprit_see(c, 0, 0, 1);
		}
		assert_true(culprit_none(c) < 0.05);
		culprit_free(c);
	}
	ancestry_free(a);
}

/* Twelve events at one end, none at the other in as much work, and then hours that hardly worked.
 */
static void idle_attempts_say_nothing(void **state)
{
	(void)state;
	struct ancestry *a = line(LINE);
	double weights[LINE], minutes[LINE];
	struct culprit *c = certain(a, LINE, weights, minutes);
	const double before = culprit_entropy(c);
	for (size_t i = 0; i < 100; i++) {
		culprit_see(c, 6, 0, 1e-7);
	}
	assert_float_equal(culprit_entropy(c), before, 0.01);
	culprit_see(c, 6, 0, 1);
	assert_true(culprit_entropy(c) < before - 0.7);
	culprit_free(c);
	ancestry_free(a);
}

/* Nobody has seen the bug in the range, somebody only said so of its newer end: how soon silence is
 * believed depends on what is known of the bug elsewhere. */
static void silence_of_a_named_bad_end_is_believed_as_soon_as_the_bug_is_known_to_come(void **state)
{
	(void)state;
	struct ancestry *a = line(9);
	const double weights[] = {0, 1, 1, 1, 1, 1, 1, 1, 1};
	double none[3];
	for (size_t known = 0; known < 3; known++) {
		struct culprit *c = culprit_new(a, CULPRIT_BREAKS, weights, 0.5);
		culprit_doubt(c);
		if (known > 0) { /* always, or one time in five */
			culprit_know(c, 6, known == 1 ? 0 : 24);
		}
		culprit_see(c, 0, 0, 4);
		culprit_see(c, 8, 0, 10);
		none[known] = culprit_none(c);
		culprit_free(c);
	}
	print_message(
		"# not here: %.3f unknown, %.4f always, %.3f seldom\n", none[0], none[1], none[2]);
	assert_true(none[0] < 0.95);
	assert_true(none[1] > CULPRIT_SURE);
	assert_true(none[2] < 0.95);
	ancestry_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(posterior_is_that_of_brute_force),
		cmocka_unit_test(best_next_attempt_is_that_of_brute_force),
		cmocka_unit_test(several_at_once_share_the_line),
		cmocka_unit_test(commits_that_do_not_build_are_inseparable),
		cmocka_unit_test(ends_that_are_alike_hold_no_culprit),
		cmocka_unit_test(one_lucky_attempt_makes_no_good_end),
		cmocka_unit_test(idle_attempts_say_nothing),
		cmocka_unit_test(
			silence_of_a_named_bad_end_is_believed_as_soon_as_the_bug_is_known_to_come),
	};
	return cmocka_run_group_tests_name("stats/culprit", tests, NULL, NULL);
}
