/* Constant hazard: simulated attempts whose truth is known, cut short in every way. */
#include "stats/hazard.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ATTEMPTS = 200, DRAWS = 600 };

static gsl_rng *rng;

static int rng_start(void **state)
{
	(void)state;
	rng = gsl_rng_alloc(gsl_rng_mt19937);
	return rng == NULL;
}

static int rng_end(void **state)
{
	(void)state;
	gsl_rng_free(rng);
	return 0;
}

/* How attempts are made. */
struct story {
	size_t n;
	double shape;  /* of the bug; its scale is 1 */
	double length; /* of an attempt without it, give or take a half; 0: none ends without */
	double other;  /* rate of another bug that ends attempts too */
	int64_t machines;
	double unlike; /* each machine's rate is that of the one before times this */
};

static void draw(const struct story *story, struct hazard_attempt *out)
{
	for (size_t i = 0; i < story->n; i++) {
		const int64_t machine = (int64_t)i % story->machines;
		const double comes = gsl_ran_weibull(rng, 1, story->shape) /
				     gsl_pow_int(story->unlike, (int)machine);
		double ends =
			story->length > 0 ? story->length * gsl_ran_flat(rng, 0.5, 1.5) : INFINITY;
		if (story->other > 0) {
			ends = fmin(ends, gsl_ran_exponential(rng, 1 / story->other));
		}
		out[i] = (struct hazard_attempt){.stratum = machine,
			.exposure = fmin(comes, ends),
			.has_event = comes < ends};
	}
}

struct answers {
	double early, late; /* shares of those that could be judged, at 5 %, one side each */
	double judged;      /* share of all */
	double shape;       /* mean of its logarithm, as a shape */
};

static struct answers simulate(const struct story *story, unsigned long seed)
{
	size_t judged = 0;
	size_t early = 0;
	size_t late = 0;
	double log_shape = 0;
	gsl_rng_set(rng, seed);
	for (size_t i = 0; i < DRAWS; i++) {
		struct hazard_attempt attempts[ATTEMPTS];
		struct hazard hazard;
		draw(story, attempts);
		if (hazard_of(attempts, story->n, &hazard) != 0) {
			continue;
		}
		judged++;
		log_shape += log(hazard.shape);
		early += hazard.chance <= 0.1 && hazard.shape < 1;
		late += hazard.chance <= 0.1 && hazard.shape >= 1;
	}
	const double n = (double)judged;
	return (struct answers){(double)early / n, (double)late / n, n / DRAWS, exp(log_shape / n)};
}

/* 5 % on each side are promised; a standard error of 600 draws is 0.9 %. ci/bench/stats.c draws
 * more of them. */
static void holds(const struct story *story, unsigned long seed)
{
	const struct answers got = simulate(story, seed);
	assert_true(got.early <= 0.08);
	assert_true(got.late <= 0.08);
	assert_true(got.early + got.late >= 0.055);
}

static void a_constant_rate_is_called_so_however_attempts_end(void **state)
{
	(void)state;
	holds(&(struct story){.n = 100, .shape = 1, .length = 0.2, .machines = 1, .unlike = 1}, 1);
	holds(&(struct story){.n = 40, .shape = 1, .length = 1, .machines = 1, .unlike = 1}, 2);
	holds(&(struct story){.n = 12, .shape = 1, .machines = 1, .unlike = 1}, 3);
	holds(
		&(struct story){
			.n = 60, .shape = 1, .length = 1, .other = 2, .machines = 1, .unlike = 1},
		4);
}

/* Each machine crashes four times as often as the one before: mixed, that would look early. */
static void machines_that_differ_are_no_early_rate(void **state)
{
	(void)state;
	holds(&(struct story){.n = 90, .shape = 1, .length = 0.3, .machines = 3, .unlike = 4}, 5);
}

static void rates_that_fall_and_that_rise_are_found(void **state)
{
	(void)state;
	const struct answers early = simulate(
		&(struct story){.n = 60, .shape = 0.5, .length = 1, .machines = 2, .unlike = 1}, 6);
	assert_true(early.early >= 0.9);
	assert_true(early.late <= 0.01);
	assert_float_equal(early.shape, 0.5, 0.06);
	const struct answers late = simulate(
		&(struct story){.n = 60, .shape = 2, .length = 1, .machines = 2, .unlike = 1}, 7);
	assert_true(late.late >= 0.9);
	assert_true(late.early <= 0.01);
	assert_float_equal(late.shape, 2, 0.25);
}

static void few_crashes_are_too_few(void **state)
{
	(void)state;
	struct hazard hazard;
	struct hazard_attempt attempts[20] = {{0}};
	for (size_t i = 0; i < 20; i++) {
		attempts[i] = (struct hazard_attempt){1, (double)(i + 1), i < 4};
	}
	assert_int_equal(hazard_of(attempts, 20, &hazard), HAZARD_TOO_FEW);
	assert_int_equal(hazard.events, 4);
	assert_int_equal(hazard_of(attempts, 0, &hazard), HAZARD_TOO_FEW);
	/* The last of all is where the scale ends. */
	assert_int_equal(hazard_of(attempts, 1, &hazard), HAZARD_TOO_FEW);
	assert_int_equal(hazard.events, 0);
}

static void crashes_at_once_are_early(void **state)
{
	(void)state;
	struct hazard hazard;
	struct hazard_attempt attempts[20] = {{0}};
	for (size_t i = 0; i < 20; i++) {
		attempts[i] = (struct hazard_attempt){(int64_t)i, i < 8 ? 0 : 1e6, i < 8};
	}
	assert_int_equal(hazard_of(attempts, 20, &hazard), 0);
	assert_int_equal(hazard.answer, HAZARD_EARLY);
	assert_true(hazard.shape < 0.2 && hazard.chance < 1e-5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_constant_rate_is_called_so_however_attempts_end),
		cmocka_unit_test(machines_that_differ_are_no_early_rate),
		cmocka_unit_test(rates_that_fall_and_that_rise_are_found),
		cmocka_unit_test(few_crashes_are_too_few),
		cmocka_unit_test(crashes_at_once_are_early),
	};
	return cmocka_run_group_tests(tests, rng_start, rng_end);
}
