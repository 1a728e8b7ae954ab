/* Ancestor sets against walking the parents. */
#include "stats/ancestry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_rng.h>

enum { COUNT = 150 };

static bool walk(const size_t *starts, const size_t *parents, size_t from, size_t to)
{
	bool is_found = from == to;
	for (size_t p = starts[from]; p < starts[from + 1] && !is_found; p++) {
		is_found = walk(starts, parents, parents[p], to);
	}
	return is_found;
}

/* A third are merges, a few have no parent; lines are short, so that walks end. */
static size_t draw(gsl_rng *rng, size_t *starts, size_t *parents)
{
	size_t n = 0;
	for (size_t i = 0; i < COUNT; i++) {
		starts[i] = n;
		const size_t count = i % 40 == 0 ? 0 : 1 + (gsl_rng_uniform_int(rng, 3) == 0);
		for (size_t p = 0; p < count; p++) {
			const size_t back = i % 40 < 9 ? i % 40 : 9;
			parents[n++] = i - 1 - gsl_rng_uniform_int(rng, back);
		}
	}
	starts[COUNT] = n;
	return n;
}

static void sets_are_what_walking_finds(void **state)
{
	(void)state;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	size_t starts[COUNT + 1], parents[2 * COUNT];
	draw(rng, starts, parents);
	struct ancestry *a = NULL;
	assert_int_equal(ancestry_new(COUNT, starts, parents, &a), 0);
	assert_int_equal(ancestry_count(a), COUNT);
	double values[COUNT], sums[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		values[i] = gsl_rng_uniform(rng);
	}
	ancestry_sum(a, values, sums);
	for (size_t i = 0; i < COUNT; i += 7) {
		double sum = 0;
		for (size_t j = 0; j < COUNT; j++) {
			const bool holds = walk(starts, parents, i, j);
			assert_int_equal(ancestry_holds(a, i, j), holds);
			sum += holds ? values[j] : 0;
		}
		assert_float_equal(sums[i], sum, 1e-9);
	}
	ancestry_free(a);
	gsl_rng_free(rng);
}

static void disorder_and_size_are_named(void **state)
{
	(void)state;
	struct ancestry *a = NULL;
	const size_t starts[] = {0, 1, 1};
	const size_t parents[] = {1};
	assert_int_equal(ancestry_new(2, starts, parents, &a), ANCESTRY_DISORDERED);
	assert_int_equal(ancestry_new(ANCESTRY_MAX + 1, starts, parents, &a), ANCESTRY_TOO_LARGE);
	assert_null(a);
	ancestry_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_are_what_walking_finds),
		cmocka_unit_test(disorder_and_size_are_named),
	};
	return cmocka_run_group_tests_name("stats/ancestry", tests, NULL, NULL);
}
