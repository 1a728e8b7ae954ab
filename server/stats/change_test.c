/* Change points of made series whose truth is known. What is random is drawn with fixed seeds;
 * error rates of 10,000 series each are those of ci/bench/stats.c, here a few hundred guard them.
 */
#include "stats/change.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { LENGTH = 200, LENGTH_MAX = 3000 };

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

/* Levels of `length` points each, in turn, with noise of standard deviation 1 and autocorrelation
 * `phi` around them. */
static void draw(double *values, size_t n, const double *levels, size_t level_count, double phi)
{
	double noise = gsl_ran_ugaussian(rng);
	const size_t length = (n + level_count - 1) / level_count;
	for (size_t i = 0; i < n; i++) {
		noise = phi * noise + sqrt(1 - phi * phi) * gsl_ran_ugaussian(rng);
		values[i] = levels[i / length] + noise;
	}
}

static void changes_are(const double *values, size_t n, size_t count, const size_t *at)
{
	struct changes changes;
	assert_int_equal(change_find(values, n, CHANGE_CHANCE, &changes), 0);
	assert_int_equal(changes.count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(changes.list[i].at, at[i]);
	}
	changes_fini(&changes);
}

static void a_level_shift_is_found_where_it_is(void **state)
{
	(void)state;
	gsl_rng_set(rng, 1);
	double values[LENGTH];
	draw(values, LENGTH, (double[]){100, 106}, 2, 0);
	struct changes changes;
	assert_int_equal(change_find(values, LENGTH, CHANGE_CHANCE, &changes), 0);
	assert_int_equal(changes.count, 1);
	const struct change *change = &changes.list[0];
	assert_int_equal(change->at, 100);
	assert_int_equal(change->from, 0);
	assert_int_equal(change->to, LENGTH - 1);
	assert_true(change->low <= 100 && change->high >= 100 && change->high - change->low < 3);
	assert_float_equal(change->before, 100, 0.4);
	assert_float_equal(change->after, 106, 0.4);
	assert_float_equal(change->before_high - change->before_low, 0.4, 0.1);
	assert_float_equal(change->after_high - change->after_low, 0.4, 0.1);
	assert_true(change->chance < 1e-20);
	assert_int_equal(change->kind, CHANGE_LEVEL);
	assert_float_equal(changes.noise, 1, 0.15);
	assert_true(changes.autocorrelation < 0.2);
	changes_fini(&changes);
}

static void ten_points_on_each_side_are_enough_for_four_deviations(void **state)
{
	(void)state;
	gsl_rng_set(rng, 2);
	size_t found = 0;
	for (size_t i = 0; i < 400; i++) {
		double values[20];
		draw(values, 20, (double[]){100, 104}, 2, 0);
		struct changes changes;
		assert_int_equal(change_find(values, 20, CHANGE_CHANCE, &changes), 0);
		found += changes.count == 1 && changes.list[0].at >= 9 && changes.list[0].at <= 11;
		changes_fini(&changes);
	}
	assert_true(found >= 386);
}

static void up_and_down_and_back_are_three_changes(void **state)
{
	(void)state;
	gsl_rng_set(rng, 3);
	double values[LENGTH];
	draw(values, LENGTH, (double[]){0, 6, -3, 0}, 4, 0);
	changes_are(values, LENGTH, 3, (size_t[]){50, 100, 150});
}

/* Four points prove nothing against five; against all others the five do. */
static void a_stretch_that_comes_back_is_found_beside_four_points(void **state)
{
	(void)state;
	const double values[] = {0.0034, 0.0018, 0.0036, 0.0012, 1, 1, 1, 0.999, 1, 0.0024, 0.0016,
		0.0022, 0.0009, 0.0009, 0.0013, 0.0013, 0.0009, 0.0009, 0.0008};
	changes_are(values, 19, 2, (size_t[]){4, 9});
	double upside_down[19];
	for (size_t i = 0; i < 19; i++) {
		upside_down[i] = -values[18 - i];
	}
	changes_are(upside_down, 19, 2, (size_t[]){10, 15});
}

static void three_points_that_come_back_are_no_change_among_twenty(void **state)
{
	(void)state;
	gsl_rng_set(rng, 13);
	double values[20];
	draw(values, 20, (double[]){0}, 1, 0);
	for (size_t i = 9; i < 12; i++) {
		values[i] += 1000;
	}
	changes_are(values, 20, 0, NULL);
}

static void five_points_that_come_back_are_found(void **state)
{
	(void)state;
	gsl_rng_set(rng, 14);
	size_t found = 0;
	for (size_t i = 0; i < 300; i++) {
		double values[25];
		draw(values, 25, (double[]){0, 0, 6, 0, 0}, 5, 0);
		struct changes changes;
		assert_int_equal(change_find(values, 25, CHANGE_CHANCE, &changes), 0);
		found += changes.count == 2 && changes.list[0].at == 10 && changes.list[1].at == 15;
		changes_fini(&changes);
	}
	assert_true(found >= 285);
}

/* A step vouches for its own place only, however wild the noise is: what follows is no way back. */
static void a_step_that_stays_proves_no_second_one(void **state)
{
	(void)state;
	gsl_rng_set(rng, 15);
	size_t alone = 0;
	for (size_t i = 0; i < 300; i++) {
		double values[60];
		for (size_t t = 0; t < 60; t++) {
			values[t] =
				gsl_ran_poisson(rng, gsl_ran_gamma(rng, 1, 5)) + (t < 30 ? 0 : 60);
		}
		struct changes changes;
		assert_int_equal(change_find(values, 60, CHANGE_CHANCE, &changes), 0);
		alone += changes.count == 1;
		changes_fini(&changes);
	}
	assert_true(alone >= 295);
}

static size_t draw_normal(double *values)
{
	draw(values, LENGTH, (double[]){0}, 1, 0);
	return 200;
}

static size_t draw_autocorrelated(double *values)
{
	draw(values, LENGTH, (double[]){0}, 1, 0.5);
	return 200;
}

static size_t draw_poisson(double *values)
{
	for (size_t i = 0; i < LENGTH; i++) {
		values[i] = gsl_ran_poisson(rng, 0.5);
	}
	return 200;
}

static size_t draw_negative_binomial(double *values)
{
	for (size_t i = 0; i < LENGTH; i++) {
		values[i] = gsl_ran_poisson(rng, gsl_ran_gamma(rng, 1, 5));
	}
	return 200;
}

static size_t false_alarms(size_t (*draw_one)(double *values))
{
	gsl_rng_set(rng, 4);
	double values[LENGTH];
	size_t alarms = 0;
	for (size_t i = 0, n = draw_one(values); i < n; i++) {
		struct changes changes;
		draw_one(values);
		assert_int_equal(change_find(values, LENGTH, CHANGE_CHANCE, &changes), 0);
		alarms += changes.count > 0;
		changes_fini(&changes);
	}
	return alarms;
}

/* Of 200 series; 1 in 100 is allowed, so more than 6 would be one bad seed in 300. */
static void noise_alone_is_no_change(void **state)
{
	(void)state;
	assert_true(false_alarms(draw_normal) <= 6);
	assert_true(false_alarms(draw_poisson) <= 6);
	assert_true(false_alarms(draw_negative_binomial) <= 6);
}

/* 2 in 100 are allowed. */
static void values_that_lean_on_the_one_before_are_no_change(void **state)
{
	(void)state;
	assert_true(false_alarms(draw_autocorrelated) <= 10);
}

static void an_outlier_is_no_change(void **state)
{
	(void)state;
	gsl_rng_set(rng, 5);
	double values[LENGTH];
	draw(values, LENGTH, (double[]){0}, 1, 0);
	values[60] = 1e6;
	values[61] = -1e6;
	values[199] = 50;
	changes_are(values, LENGTH, 0, NULL);
}

static void an_outlier_beside_a_shift_does_not_move_it(void **state)
{
	(void)state;
	gsl_rng_set(rng, 6);
	double values[LENGTH];
	draw(values, LENGTH, (double[]){0, 5}, 2, 0);
	values[90] = 5000;
	changes_are(values, LENGTH, 1, (size_t[]){100});
}

static void a_drift_is_no_change(void **state)
{
	(void)state;
	gsl_rng_set(rng, 7);
	double values[LENGTH];
	draw(values, LENGTH, (double[]){0}, 1, 0);
	for (size_t i = 0; i < LENGTH; i++) {
		values[i] += 0.05 * (double)i;
	}
	changes_are(values, LENGTH, 0, NULL);
}

static void a_drift_whose_pace_moves_is_a_change_of_slope(void **state)
{
	(void)state;
	gsl_rng_set(rng, 8);
	double values[LENGTH];
	double level = 0;
	for (size_t i = 0; i < LENGTH; i++) {
		level += (i < 100 ? 1 : 4) + 0.5 * gsl_ran_ugaussian(rng);
		values[i] = level;
	}
	struct changes changes;
	assert_int_equal(change_find(values, LENGTH, CHANGE_CHANCE, &changes), 0);
	assert_int_equal(changes.count, 1);
	assert_int_equal(changes.list[0].kind, CHANGE_SLOPE);
	const struct change *change = &changes.list[0];
	assert_int_equal(change->at, 100);
	assert_int_equal(change->from, 99); /* the steeper stretch, from the point before it on */
	assert_int_equal(change->to, LENGTH - 1);
	assert_float_equal(change->before, values[100], 0.01);
	assert_float_equal(change->after, values[LENGTH - 2], 0.01);
	assert_true(change->before_low < change->before && change->before < change->before_high);
	assert_true(change->after - change->after_low < 1.5);
	assert_float_equal(changes.noise, 0.5 / sqrt(2), 0.06);
	changes_fini(&changes);
}

/* Of a drift that ends, the stretch before it. */
static void a_drift_that_stops_is_told_from_its_beginning(void **state)
{
	(void)state;
	gsl_rng_set(rng, 16);
	double values[LENGTH];
	double level = 0;
	for (size_t i = 0; i < LENGTH; i++) {
		level += (i < 100 ? -4 : 0) + 0.5 * gsl_ran_ugaussian(rng);
		values[i] = level;
	}
	struct changes changes;
	assert_int_equal(change_find(values, LENGTH, CHANGE_CHANCE, &changes), 0);
	assert_int_equal(changes.count, 1);
	assert_int_equal(changes.list[0].kind, CHANGE_SLOPE);
	assert_int_equal(changes.list[0].from, 0);
	assert_int_equal(changes.list[0].to, 99);
	assert_true(changes.list[0].after < changes.list[0].before - 380);
	changes_fini(&changes);
}

static void a_wider_noise_is_no_change(void **state)
{
	(void)state;
	gsl_rng_set(rng, 9);
	double values[LENGTH];
	draw(values, LENGTH, (double[]){0}, 1, 0);
	for (size_t i = LENGTH / 2; i < LENGTH; i++) {
		values[i] *= 3;
	}
	changes_are(values, LENGTH, 0, NULL);
}

static void missing_points_keep_the_places_of_others(void **state)
{
	(void)state;
	gsl_rng_set(rng, 10);
	double values[LENGTH];
	draw(values, LENGTH, (double[]){0, 8}, 2, 0);
	for (size_t i = 0; i < LENGTH; i += 7) {
		values[i] = i % 2 ? NAN : INFINITY;
	}
	values[99] = values[100] = NAN;
	changes_are(values, LENGTH, 1, (size_t[]){101});
}

static void constant_series_have_no_change(void **state)
{
	(void)state;
	double values[LENGTH] = {0};
	changes_are(values, LENGTH, 0, NULL);
	for (size_t i = 0; i < LENGTH; i++) {
		values[i] = 1e300;
	}
	changes_are(values, 6, 0, NULL);
}

static void a_step_without_any_noise_is_found(void **state)
{
	(void)state;
	double values[LENGTH_MAX];
	for (size_t i = 0; i < LENGTH_MAX; i++) {
		values[i] = i < 1000 ? 3 : i < 2000 ? 9 : 3;
	}
	changes_are(values, LENGTH_MAX, 2, (size_t[]){1000, 2000});
	changes_are(values + 980, 40, 1, (size_t[]){20});
}

static void few_points_are_too_few(void **state)
{
	(void)state;
	const double values[] = {1, 2, NAN, 100, 101, NAN, 99, 7};
	for (size_t n = 0; n <= 7; n++) {
		struct changes changes;
		assert_int_equal(change_find(values, n, CHANGE_CHANCE, &changes), CHANGE_TOO_FEW);
		assert_int_equal(changes.count, 0);
		changes_fini(&changes);
	}
	changes_are(values, 8, 0, NULL);
}

/* Three against three are one of twenty orders: no matter how far apart, that may be chance. */
static void short_sides_are_suspects_at_most(void **state)
{
	(void)state;
	const double values[] = {1.0, 1.1, 0.9, 1.05, 0.95, 9.0, 9.1, 8.9, 9.05, 8.95};
	struct changes changes;
	changes_are(values + 2, 6, 0, NULL);
	assert_int_equal(change_find(values, 10, 0.1, &changes), 0);
	assert_int_equal(changes.count, 1);
	assert_int_equal(changes.list[0].at, 5);
	assert_true(changes.list[0].chance > 0.005 && changes.list[0].chance < 0.1);
	changes_fini(&changes);
}

static void a_stretch_around_a_point_answers_as_the_whole_does(void **state)
{
	(void)state;
	gsl_rng_set(rng, 11);
	double values[LENGTH_MAX];
	draw(values, LENGTH_MAX, (double[]){0, 5, 9, 4, 0, 5}, 6, 0);
	static const size_t known[] = {500, 1000, 1500, 2000, 2500};
	const size_t touched[] = {LENGTH_MAX - 1, 1450, 1200, 0};
	for (size_t t = 0; t < 4; t++) {
		const struct change_stretch s =
			change_stretch(known, 5, LENGTH_MAX, touched[t], touched[t]);
		struct changes changes;
		assert_true(s.to - s.from <= 2 * (CHANGE_WINDOW + CHANGE_EDGE));
		assert_int_equal(
			change_find(values + s.from, s.to - s.from, CHANGE_CHANCE, &changes), 0);
		size_t i = 0;
		for (size_t k = 0; k < 5; k++) {
			if (known[k] > s.from && known[k] < s.to) {
				assert_int_equal(s.from + changes.list[i++].at, known[k]);
			}
		}
		assert_int_equal(changes.count, i);
		changes_fini(&changes);
	}
}

static void a_stretch_holds_what_is_new_and_no_change_at_its_ends(void **state)
{
	(void)state;
	const size_t known[] = {2010, 1050};
	struct change_stretch s = change_stretch(known, 2, 10000, 1550, 1600);
	assert_int_equal(s.from, 950);
	assert_int_equal(s.to, 2110);
	s = change_stretch(known, 2, 10000, 3, 9990);
	assert_int_equal(s.from, 0);
	assert_int_equal(s.to, 10000);
	s = change_stretch(NULL, 0, 10000, 5000, 5000);
	assert_int_equal(s.from, 4500);
	assert_int_equal(s.to, 5500);
	s = change_stretch((size_t[]){20}, 1, 600, 550, 550);
	assert_int_equal(s.from, 50);
	assert_int_equal(s.to, 600);
}

static void the_range_of_a_place_covers_it(void **state)
{
	(void)state;
	gsl_rng_set(rng, 12);
	size_t found = 0;
	size_t covered = 0;
	for (size_t i = 0; i < 300; i++) {
		double values[LENGTH];
		struct changes changes;
		draw(values, LENGTH, (double[]){0, 1.5}, 2, 0);
		assert_int_equal(change_find(values, LENGTH, CHANGE_CHANCE, &changes), 0);
		if (changes.count == 1) {
			found++;
			covered += changes.list[0].low <= 100 && changes.list[0].high >= 100;
		}
		changes_fini(&changes);
	}
	assert_true(found > 280);
	assert_true((double)covered >= 0.93 * (double)found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_level_shift_is_found_where_it_is),
		cmocka_unit_test(ten_points_on_each_side_are_enough_for_four_deviations),
		cmocka_unit_test(up_and_down_and_back_are_three_changes),
		cmocka_unit_test(a_stretch_that_comes_back_is_found_beside_four_points),
		cmocka_unit_test(three_points_that_come_back_are_no_change_among_twenty),
		cmocka_unit_test(five_points_that_come_back_are_found),
		cmocka_unit_test(a_step_that_stays_proves_no_second_one),
		cmocka_unit_test(noise_alone_is_no_change),
		cmocka_unit_test(values_that_lean_on_the_one_before_are_no_change),
		cmocka_unit_test(an_outlier_is_no_change),
		cmocka_unit_test(an_outlier_beside_a_shift_does_not_move_it),
		cmocka_unit_test(a_drift_is_no_change),
		cmocka_unit_test(a_drift_whose_pace_moves_is_a_change_of_slope),
		cmocka_unit_test(a_drift_that_stops_is_told_from_its_beginning),
		cmocka_unit_test(a_wider_noise_is_no_change),
		cmocka_unit_test(missing_points_keep_the_places_of_others),
		cmocka_unit_test(constant_series_have_no_change),
		cmocka_unit_test(a_step_without_any_noise_is_found),
		cmocka_unit_test(few_points_are_too_few),
		cmocka_unit_test(short_sides_are_suspects_at_most),
		cmocka_unit_test(a_stretch_around_a_point_answers_as_the_whole_does),
		cmocka_unit_test(a_stretch_holds_what_is_new_and_no_change_at_its_ends),
		cmocka_unit_test(the_range_of_a_place_covers_it),
	};
	return cmocka_run_group_tests(tests, rng_start, rng_end);
}
