/* Two culprits against brute force on a small graph, and in simulated searches of one and of two.
 */
#include "stats/culprit_pair.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>

#include "stats/ancestry.h"

#define CHANCE 0.6

enum { DIAMOND = 8, LINE = 40, GRID = 20000 };

/* 0 - 1 - 2 - - - 5 - 6 - 7, beside it 3 - 4 from 1, merged by 6. */
static const size_t diamond_starts[] = {0, 0, 1, 2, 3, 4, 5, 7, 8};
static const size_t diamond_parents[] = {0, 1, 1, 3, 2, 5, 4, 6};
static const double weights[DIAMOND] = {0, 1, 1, 4, 1, 1, 1, 1};

static const struct {
	size_t commit;
	double events, exposure;
} seen[] = {{0, 0, 3}, {2, 1, 2}, {4, 1, 1.5}, {3, 0, 0.5}, {5, 1, 0}, {6, 1, 1.1}, {7, 3, 0.7}};
enum { SEEN = sizeof(seen) / sizeof(seen[0]) };

/* Integral of Beta(a, b) x p^events x (1 - p)^clean, on a grid of p's log-odds. */
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

static double brute(const struct ancestry *a, enum culprit_kind kind, size_t first, size_t second)
{
	double k[PAIR_SORTS] = {0}, e[PAIR_SORTS] = {0}, product = 1;
	for (size_t s = 0; s < SEEN; s++) {
		const size_t sort = ancestry_holds(a, seen[s].commit, first) +
				    2 * (size_t)ancestry_holds(a, seen[s].commit, second);
		k[sort] += seen[s].events;
		e[sort] += seen[s].exposure;
	}
	for (size_t s = 0; s < PAIR_SORTS; s++) {
		const bool is_cold = s == (kind == CULPRIT_BREAKS ? PAIR_NEITHER : PAIR_BOTH);
		product *= is_cold ? evidence(CULPRIT_BACKGROUND,
					     CULPRIT_BACKGROUND / CULPRIT_BACKGROUND_SHARE / CHANCE,
					     k[s], e[s])
				   : evidence(CULPRIT_HALF, CULPRIT_HALF, k[s], e[s]);
	}
	return product;
}

static void belief_is_that_of_brute_force(void **state)
{
	(void)state;
	struct ancestry *a = NULL;
	assert_int_equal(ancestry_new(DIAMOND, diamond_starts, diamond_parents, &a), 0);
	for (int kind = CULPRIT_BREAKS; kind <= CULPRIT_FIXES; kind++) {
		double one = 0, two = 0, most = 0;
		for (size_t i = 1; i < DIAMOND; i++) {
			one += weights[i] / 10 * brute(a, (enum culprit_kind)kind, i, i);
			for (size_t j = i + 1; j < DIAMOND; j++) {
				const double fit = weights[i] * weights[j] / 50 *
						   brute(a, (enum culprit_kind)kind, i, j);
				two += fit;
				most = fmax(most, fit);
			}
		}
		struct culprit *c = culprit_new(a, (enum culprit_kind)kind, weights, CHANCE);
		struct culprit_pair pair;
		for (size_t s = 0; s < SEEN; s++) {
			culprit_see(c, seen[s].commit, seen[s].events, seen[s].exposure);
		}
		culprit_pair_find(c, &pair);
		const double odds = two / one * CULPRIT_TWO_PRIOR / (1 - CULPRIT_TWO_PRIOR);
		assert_float_equal(pair.belief, odds / (1 + odds), 1e-5);
		assert_float_equal(
			weights[pair.first] * weights[pair.second] / 50 *
				brute(a, (enum culprit_kind)kind, pair.first, pair.second),
			most, 1e-6 * most);
		culprit_free(c);
	}
	ancestry_free(a);
}

/* As many attempts of some commits, the chance rising at 13 and at 28. */
static struct culprit_pair searched(gsl_rng *draws, double low, double middle, double high)
{
	static const size_t tried[] = {0, 4, 8, 12, 13, 17, 21, 25, 27, 28, 32, 36, LINE - 1};
	size_t starts[LINE + 1] = {0}, parents[LINE];
	double even[LINE];
	for (size_t i = 0; i < LINE; i++) {
		starts[i + 1] = i;
		parents[i] = i;
		even[i] = i > 0;
	}
	struct ancestry *a = NULL;
	struct culprit_pair pair;
	assert_int_equal(ancestry_new(LINE, starts, parents, &a), 0);
	struct culprit *c = culprit_new(a, CULPRIT_BREAKS, even, high);
	for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++) {
		const double chance = tried[i] < 13 ? low : tried[i] < 28 ? middle : high;
		for (size_t n = 0; n < 50; n++) {
			const bool fails = gsl_rng_uniform(draws) < chance;
			culprit_see(c, tried[i], fails, !fails);
		}
	}
	culprit_pair_find(c, &pair);
	culprit_free(c);
	ancestry_free(a);
	return pair;
}

static void two_are_told_from_one(void **state)
{
	(void)state;
	gsl_rng *draws = gsl_rng_alloc(gsl_rng_taus2);
	size_t right = 0, wrong = 0;
	for (size_t i = 0; i < 40; i++) {
		const struct culprit_pair two = searched(draws, 0, 0.1, 0.5);
		right += two.belief > 0.9 && two.first == 13 && two.first_alike == 1 &&
			 two.second == 28;
		const struct culprit_pair one = searched(draws, 0, 0, 0.5);
		wrong += one.belief > 0.5;
		const struct culprit_pair noisy = searched(draws, 0.01, 0.5, 0.5);
		wrong += noisy.belief > 0.5;
	}
	print_message("# two called two %zu times of 40, one %zu of 80\n", right, wrong);
	assert_true(right >= 34);
	assert_true(wrong <= 2);
	gsl_rng_free(draws);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(belief_is_that_of_brute_force),
		cmocka_unit_test(two_are_told_from_one),
	};
	return cmocka_run_group_tests_name("stats/culprit_pair", tests, NULL, NULL);
}
