/* Stretches of two points: what is suspected, and what never is. */
#include "stats/change_short.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { LENGTH = 40 };

/* A level of 100 with a noise of about one. */
static void quiet(double *values)
{
	for (size_t i = 0; i < LENGTH; i++) {
		values[i] = 100 + 1.4 * sin(12.9898 * (double)(i * i));
	}
}

static size_t suspects(const double *values, size_t n, struct changes *changes)
{
	(void)change_find(values, n, CHANGE_CHANCE, changes);
	change_short_add(values, n, changes);
	return changes->count;
}

static void suspects_are(const double *values, size_t n, size_t count)
{
	struct changes changes;
	assert_int_equal(suspects(values, n, &changes), count);
	changes_fini(&changes);
}

static void two_points_away_have_both_edges(void **state)
{
	(void)state;
	double values[LENGTH];
	struct changes changes;
	quiet(values);
	values[20] += 8;
	values[21] += 8;
	assert_int_equal(suspects(values, LENGTH, &changes), 2);
	const struct change *away = &changes.list[0];
	const struct change *back = &changes.list[1];
	assert_int_equal(away->at, 20);
	assert_int_equal(back->at, 22);
	assert_float_equal(away->before, 100, 1.5);
	assert_float_equal(away->after, 108, 1.5);
	assert_float_equal(back->before, away->after, 1e-9);
	assert_float_equal(back->after, 100, 1.5);
	assert_true(away->chance >= 1 && back->chance >= 1);
	assert_int_equal(away->kind, CHANGE_LEVEL);
	assert_int_equal(back->from, 20);
	assert_int_equal(back->to, 26);
	changes_fini(&changes);
}

static void missing_points_are_no_neighbours(void **state)
{
	(void)state;
	double values[LENGTH];
	struct changes changes;
	quiet(values);
	values[20] -= 8;
	values[23] -= 8;
	values[19] = values[21] = values[22] = values[24] = NAN;
	assert_int_equal(suspects(values, LENGTH, &changes), 2);
	assert_int_equal(changes.list[0].at, 20);
	assert_int_equal(changes.list[1].at, 25);
	changes_fini(&changes);
}

static void noise_and_single_outliers_are_none(void **state)
{
	(void)state;
	double values[LENGTH];
	quiet(values);
	suspects_are(values, LENGTH, 0);
	values[20] += 50;
	suspects_are(values, LENGTH, 0);
	values[21] -= 50;
	suspects_are(values, LENGTH, 0);
}

/* Neither the ends of a line, of which nothing is known behind, nor what does not come back. */
static void what_does_not_come_back_is_none(void **state)
{
	(void)state;
	double values[LENGTH];
	quiet(values);
	values[LENGTH - 2] += 8;
	values[LENGTH - 1] += 8;
	values[0] -= 8;
	values[1] -= 8;
	suspects_are(values, LENGTH, 0);
	quiet(values);
	for (size_t i = 20; i < LENGTH; i++) {
		values[i] += i < 22 ? 16 : 8;
	}
	struct changes changes;
	assert_int_equal(suspects(values, LENGTH, &changes), 1);
	assert_int_equal(changes.list[0].chance < CHANGE_CHANCE, 1);
	changes_fini(&changes);
}

static void what_is_found_is_not_suspected_again(void **state)
{
	(void)state;
	double values[LENGTH];
	quiet(values);
	for (size_t i = 15; i < 25; i++) {
		values[i] += 12;
	}
	suspects_are(values, LENGTH, 2);
	const double few[] = {1, 1, 1, 9, 9, 1, 1};
	struct changes none = {0};
	change_short_add(few, 7, &none);
	assert_int_equal(none.count, 0);
	change_short_add(few, 0, &none);
	assert_int_equal(none.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_points_away_have_both_edges),
		cmocka_unit_test(missing_points_are_no_neighbours),
		cmocka_unit_test(noise_and_single_outliers_are_none),
		cmocka_unit_test(what_does_not_come_back_is_none),
		cmocka_unit_test(what_is_found_is_not_suspected_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
