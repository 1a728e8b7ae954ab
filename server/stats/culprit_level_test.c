/* Numbers that moved: the belief against a brute sum over level, shift and noise; machines that
 * differ more than the shift, wild values, ends that were alike. */
#include "stats/culprit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>

#include "stats/ancestry.h"

enum { LINE = 24, ENDS = 6, MACHINES = 3, TRIES_MAX = 200 };

static struct ancestry *line_new(void)
{
	size_t starts[LINE + 1] = {0}, parents[LINE];
	for (size_t i = 0; i < LINE; i++) {
		starts[i + 1] = i;
		parents[i] = i;
	}
	struct ancestry *a = NULL;
	assert_int_equal(ancestry_new(LINE, starts, parents, &a), 0);
	return a;
}

struct world {
	gsl_rng *draws;
	size_t culprit;
	double shift, noise, outliers;
	double machines[MACHINES];
};

static double draw(const struct world *w, int64_t machine, bool is_after)
{
	const double wild = gsl_rng_uniform(w->draws) < w->outliers ? 20 : 1;
	return w->machines[machine] + (is_after ? w->shift : 0) +
	       gsl_ran_gaussian(w->draws, w->noise * wild);
}

static struct culprit *begin(const struct world *w, const struct ancestry *a)
{
	struct culprit_value before[ENDS], after[ENDS];
	double weights[LINE];
	for (size_t i = 0; i < LINE; i++) {
		weights[i] = i > 0;
	}
	for (size_t i = 0; i < ENDS; i++) {
		const int64_t machine = (int64_t)(i % MACHINES);
		before[i] = (struct culprit_value){machine, draw(w, machine, false)};
		after[i] = (struct culprit_value){machine, draw(w, machine, true)};
	}
	return culprit_new_level(a, weights, before, ENDS, after, ENDS);
}

/* The place named, and how long it took; LINE: none was. */
static size_t search(const struct world *w, const struct ancestry *a, size_t *tries)
{
	double minutes[LINE];
	for (size_t i = 0; i < LINE; i++) {
		minutes[i] = 1;
	}
	struct culprit *c = begin(w, a);
	size_t named = LINE;
	for (*tries = 0; culprit_judge(c, minutes) == CULPRIT_OPEN && *tries < TRIES_MAX;) {
		struct culprit_choice choice;
		assert_int_equal(culprit_choose(c, 1, minutes, NULL, 0, 1, &choice, 1), 1);
		const int64_t machine = (int64_t)((*tries)++ % MACHINES);
		culprit_see_level(
			c, choice.commit, machine, draw(w, machine, choice.commit >= w->culprit));
	}
	for (size_t i = 0; i < LINE; i++) {
		named = culprit_posterior(c)[i] >= CULPRIT_SURE ? i : named;
	}
	culprit_free(c);
	return named;
}

static double log_student(double off, double noise)
{
	const double z = off / noise;
	return -log(noise) - (CULPRIT_FREEDOM + 1) / 2 * log1p(z * z / CULPRIT_FREEDOM);
}

/* One machine, whose level is anywhere around 0; shift and noise anywhere in reason. */
static double brute(const struct culprit_value *values, const bool *is_after, size_t n)
{
	double sum = 0;
	for (double noise = 0.07; noise < 2; noise *= 1.2) {
		for (double shift = -4; shift < 4.01; shift += 0.1) {
			for (double level = -3; level < 5; level += 0.05) {
				double fit = -log1p(level * level / 4);
				for (size_t i = 0; i < n; i++) {
					fit += log_student(
						values[i].value - level - (is_after[i] ? shift : 0),
						noise);
				}
				sum += exp(fit);
			}
		}
	}
	return sum;
}

static void belief_is_that_of_brute_force(void **state)
{
	(void)state;
	enum { VALUES = 11, SEEN = 8 };
	static const struct culprit_value values[VALUES] = {{1, 0}, {1, 0.3}, {1, -0.2}, {1, 0.1},
		{1, 2}, {1, 2.3}, {1, 1.7}, {1, 2.1}, {1, 0.5}, {1, 1.1}, {1, 1.2}};
	static const size_t commits[VALUES] = {[SEEN] = 1, 2, 3};
	struct ancestry *a = line_new();
	double weights[LINE] = {0}, expected[LINE] = {0};
	double sum = 0;
	for (size_t culprit = 1; culprit < 5; culprit++) {
		bool is_after[VALUES];
		for (size_t i = 0; i < VALUES; i++) {
			is_after[i] = i < SEEN ? i >= SEEN / 2 : commits[i] >= culprit;
		}
		weights[culprit] = 1;
		sum += expected[culprit] = brute(values, is_after, VALUES);
	}
	struct culprit *c =
		culprit_new_level(a, weights, values, SEEN / 2, values + SEEN / 2, SEEN / 2);
	for (size_t i = SEEN; i < VALUES; i++) {
		culprit_see_level(c, commits[i], values[i].machine, values[i].value);
	}
	for (size_t i = 1; i < 5; i++) {
		assert_float_equal(culprit_posterior(c)[i], expected[i] / sum, 0.03);
	}
	culprit_free(c);
	ancestry_free(a);
}

static void level_is_found_though_machines_differ_more_and_values_are_wild(void **state)
{
	(void)state;
	enum { SEARCHES = 60 };
	struct ancestry *a = line_new();
	struct world w = {.draws = gsl_rng_alloc(gsl_rng_taus2), .shift = -3, .noise = 1};
	size_t right = 0, wrong = 0, all = 0;
	for (size_t i = 0; i < SEARCHES; i++) {
		size_t tries = 0;
		w.culprit = 1 + gsl_rng_uniform_int(w.draws, LINE - 1);
		w.outliers = i % 2 == 0 ? 0 : 0.1;
		for (size_t m = 0; m < MACHINES; m++) {
			w.machines[m] = gsl_ran_gaussian(w.draws, 20);
		}
		const size_t named = search(&w, a, &tries);
		right += named == w.culprit;
		wrong += named != w.culprit && named != LINE;
		all += tries;
	}
	print_message("# %zu right, %zu wrong of %d, %.1f tries\n", right, wrong, SEARCHES,
		(double)all / SEARCHES);
	assert_true(wrong <= 2);
	assert_true(right >= SEARCHES - 3);
	assert_true(all <= 20 * SEARCHES);
	gsl_rng_free(w.draws);
	ancestry_free(a);
}

/* On one machine that nobody knows before, one value says little, and many that differ as the
 * shift says say much. */
static void values_count_within_their_machine(void **state)
{
	(void)state;
	struct ancestry *a = line_new();
	struct world w = {.draws = gsl_rng_alloc(gsl_rng_taus2), .shift = 4, .noise = 0.5};
	struct culprit *known = begin(&w, a);
	struct culprit *foreign = begin(&w, a);
	const double before = culprit_entropy(known);
	culprit_see_level(known, 12, 0, 4.1);
	culprit_see_level(foreign, 12, 77, 54.1);
	assert_true(culprit_entropy(known) < before - 0.8);
	assert_true(culprit_entropy(foreign) > before - 0.1);
	for (size_t i = 0; i < 3; i++) {
		culprit_see_level(foreign, 0, 77, 50 + 0.2 * (double)i);
	}
	assert_true(culprit_entropy(foreign) < before - 0.8);
	culprit_free(known);
	culprit_free(foreign);
	gsl_rng_free(w.draws);
	ancestry_free(a);
}

/* Two wild values began it; nothing ever moved. */
static void ends_that_are_alike_after_all_hold_no_culprit(void **state)
{
	(void)state;
	struct ancestry *a = line_new();
	struct world w = {.draws = gsl_rng_alloc(gsl_rng_taus2), .shift = 0, .noise = 0.5};
	const struct culprit_value before[] = {{0, 0.1}, {0, -0.2}};
	const struct culprit_value after[] = {{0, 3.0}, {0, 3.4}};
	double weights[LINE] = {0}, minutes[LINE] = {0};
	weights[1] = weights[12] = 1;
	struct culprit *c = culprit_new_level(a, weights, before, 2, after, 2);
	assert_int_equal(culprit_judge(c, minutes), CULPRIT_OPEN);
	for (size_t i = 0; i < 12; i++) {
		culprit_see_level(c, LINE - 1, 0, draw(&w, 0, false));
		culprit_see_level(c, 0, 0, draw(&w, 0, false));
	}
	assert_int_equal(culprit_judge(c, minutes), CULPRIT_NOT_HERE);
	culprit_free(c);
	gsl_rng_free(w.draws);
	ancestry_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(belief_is_that_of_brute_force),
		cmocka_unit_test(level_is_found_though_machines_differ_more_and_values_are_wild),
		cmocka_unit_test(values_count_within_their_machine),
		cmocka_unit_test(ends_that_are_alike_after_all_hold_no_culprit),
	};
	return cmocka_run_group_tests_name("stats/culprit_level", tests, NULL, NULL);
}
