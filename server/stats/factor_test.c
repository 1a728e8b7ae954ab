/* Factors of made tables, among them the founding story: a bug that needs more than one file-system
 * block in a page was seen on arm64 and POWER only, since their pages were large. */
#include "stats/factor.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ARCH, PAGE, BLOCK, BLOCKS, FACTORS };
enum { X86, ARM64, POWER };
enum { SMALL, LARGE }; /* 4K and 64K pages, 1K and 4K blocks */
enum { ONE, MANY };
enum { FINDINGS_MAX = 16 };

static const struct factor factors[FACTORS] = {
	[ARCH] = {.level_count = 3},
	[PAGE] = {.level_count = 2},
	[BLOCK] = {.level_count = 2},
	[BLOCKS] = {.level_count = 2, .derived_from = 1U << PAGE | 1U << BLOCK},
};

static struct factor_row row(size_t arch, size_t page, size_t block, double events, double exposure)
{
	const size_t blocks = page == SMALL && block == LARGE ? ONE : MANY;
	return (struct factor_row){
		.level = {arch, page, block, blocks}, .tried = {events, exposure, exposure / 1e3}};
}

static struct factor_finding find(
	const struct factor_row *rows, size_t n, size_t factor, size_t level)
{
	struct factor_finding out[FINDINGS_MAX];
	size_t count = 0;
	assert_int_equal(factor_findings(factors, FACTORS, rows, n, out, &count), 0);
	assert_int_equal(count, 9);
	for (size_t i = 0; i < count; i++) {
		if (out[i].factor == factor && out[i].level == level) {
			return out[i];
		}
	}
	fail();
	return out[0];
}

static void a_level_that_crashes_more_is_named_with_its_ratio(void **state)
{
	(void)state;
	const struct factor_row rows[] = {
		row(X86, SMALL, LARGE, 5, 1e6), row(ARM64, SMALL, LARGE, 36, 1e6)};
	const struct factor_finding f = find(rows, 2, ARCH, ARM64);
	assert_int_equal(f.answer, FACTOR_DIFFERENT);
	assert_float_equal(f.ratio.ratio, 7.2, 1e-9);
	assert_true(f.ratio.low > 2.5 && f.ratio.high < 25 && f.q < 0.001);
	assert_true(f.tried.events == 36 && f.tried.exposure == 1e6);
}

static void the_same_rate_is_no_difference(void **state)
{
	(void)state;
	const struct factor_row rows[] = {
		row(X86, SMALL, LARGE, 20, 1e6), row(ARM64, SMALL, LARGE, 23, 1e6)};
	assert_int_equal(find(rows, 2, ARCH, ARM64).answer, FACTOR_NO_DIFFERENCE);
	assert_int_equal(find(rows, 2, ARCH, X86).answer, FACTOR_NO_DIFFERENCE);
}

/* Absence of reports is not absence of the bug. */
static void silence_on_a_level_hardly_tried_says_how_much_more(void **state)
{
	(void)state;
	const struct factor_row rows[] = {
		row(X86, SMALL, LARGE, 10, 1e7), row(ARM64, SMALL, LARGE, 0, 1e6)};
	const struct factor_finding f = find(rows, 2, ARCH, ARM64);
	assert_int_equal(f.answer, FACTOR_NOT_TRIED);
	assert_int_equal(f.more_row, 0);
	/* 4.6 events are due in 4.6 million, one million is done. */
	assert_float_equal(f.more_exposure, 3.605e6, 1e3);
	assert_float_equal(f.more_seconds, 3605, 1);
	const struct factor_row after[] = {
		rows[0], row(ARM64, SMALL, LARGE, 0, 1e6 + f.more_exposure * 1.001)};
	assert_true(find(after, 2, ARCH, ARM64).answer != FACTOR_NOT_TRIED);
}

static void a_level_never_tried_is_not_tried(void **state)
{
	(void)state;
	const struct factor_row rows[] = {
		row(X86, SMALL, LARGE, 10, 1e7), row(ARM64, SMALL, LARGE, 0, 1e7)};
	const struct factor_finding f = find(rows, 2, ARCH, POWER);
	assert_int_equal(f.answer, FACTOR_NOT_TRIED);
	/* 4.6 events at the rate of all others, 10 in 20 million. */
	assert_float_equal(f.more_exposure, 9.21e6, 1e3);
	assert_int_equal(f.more_row, 0);
}

/* Blocks per page explain the architectures once somebody has run 1K blocks on small pages. */
static void arm64_and_power_only_is_blocks_per_page(void **state)
{
	(void)state;
	const struct factor_row rows[] = {
		row(X86, SMALL, LARGE, 0, 1e8),
		row(X86, SMALL, SMALL, 12, 1e7),
		row(ARM64, LARGE, LARGE, 31, 3e7),
		row(ARM64, SMALL, LARGE, 0, 4e6),
		row(POWER, LARGE, LARGE, 28, 3e7),
	};
	const struct factor_finding arm64 = find(rows, 5, ARCH, ARM64);
	assert_true(arm64.crude.low > 1);
	assert_int_equal(arm64.answer, FACTOR_EXPLAINED);
	assert_int_equal(arm64.other, BLOCKS);
	const struct factor_finding blocks = find(rows, 5, BLOCKS, MANY);
	assert_int_equal(blocks.answer, FACTOR_DIFFERENT);
	assert_true(isinf(blocks.ratio.ratio) && blocks.ratio.low > 3);
}

/* Before that run nothing tells arm64 from large pages: it says so, and what to run. */
static void what_no_run_tells_apart_is_said(void **state)
{
	(void)state;
	const struct factor_row rows[] = {
		row(X86, SMALL, LARGE, 0, 3e7), row(ARM64, LARGE, LARGE, 31, 3e7)};
	const struct factor_finding f = find(rows, 2, ARCH, X86);
	assert_int_equal(f.answer, FACTOR_NOT_SEPARATED);
	assert_true(f.other == PAGE || f.other == BLOCKS);
	assert_int_equal(f.more_row, 1);
	assert_true(f.more_exposure > 4e6 && f.more_exposure < 5e6);
}

/* arm64 ran the crashing blocks more often, that is all (Simpson's paradox). */
static void another_mix_is_no_difference(void **state)
{
	(void)state;
	const struct factor_row rows[] = {
		row(X86, SMALL, LARGE, 1, 1e7),
		row(X86, SMALL, SMALL, 20, 1e6),
		row(ARM64, SMALL, LARGE, 0, 1e6),
		row(ARM64, SMALL, SMALL, 200, 1e7),
	};
	const struct factor_finding f = find(rows, 4, ARCH, ARM64);
	assert_true(f.crude.ratio > 5);
	assert_true(f.answer == FACTOR_EXPLAINED || f.answer == FACTOR_NO_DIFFERENCE);
	assert_float_equal(f.ratio.ratio, 1, 0.1);
	assert_int_equal(find(rows, 4, BLOCK, SMALL).answer, FACTOR_DIFFERENT);
}

/* 300 tables without any difference: each names one with a chance of 5 % at most. */
static void false_discoveries_are_held_down(void **state)
{
	(void)state;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(rng, 31);
	size_t false_tables = 0;
	for (size_t i = 0; i < 300; i++) {
		struct factor_row rows[8];
		for (size_t r = 0; r < 8; r++) {
			rows[r] = row(r % 3, r / 3 % 2, r % 2, gsl_ran_poisson(rng, 6), 1e6);
		}
		struct factor_finding out[FINDINGS_MAX];
		size_t count = 0;
		size_t named = 0;
		assert_int_equal(factor_findings(factors, FACTORS, rows, 8, out, &count), 0);
		for (size_t f = 0; f < count; f++) {
			named += out[f].answer == FACTOR_DIFFERENT;
		}
		false_tables += named > 0;
	}
	gsl_rng_free(rng);
	assert_true(false_tables <= 20);
}

static void nothing_tried_finds_nothing(void **state)
{
	(void)state;
	const struct factor_finding f = find(NULL, 0, ARCH, X86);
	assert_int_equal(f.answer, FACTOR_NOT_TRIED);
	assert_int_equal(f.more_row, 0);
	assert_true(f.more_exposure == 0 && isnan(f.q));
}

static void what_is_missing_falls_with_what_was_tried(void **state)
{
	(void)state;
	const struct rate_side base = {20, 1e6, 100};
	const struct rate_side nothing = {0, 0, 0}, little = {0, 1e5, 10}, more = {0, 5e5, 50};
	const struct rate_side alike = {20, 1e6, 100};
	assert_true(factor_missing(&nothing, &base) > 0.99);
	assert_true(factor_missing(&little, &base) > factor_missing(&more, &base));
	assert_true(factor_missing(&more, &base) < 0.1);
	assert_true(factor_missing(&alike, &base) < 0.05);
	assert_true(factor_missing(&nothing, &nothing) > 0.99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_level_that_crashes_more_is_named_with_its_ratio),
		cmocka_unit_test(the_same_rate_is_no_difference),
		cmocka_unit_test(silence_on_a_level_hardly_tried_says_how_much_more),
		cmocka_unit_test(a_level_never_tried_is_not_tried),
		cmocka_unit_test(arm64_and_power_only_is_blocks_per_page),
		cmocka_unit_test(what_no_run_tells_apart_is_said),
		cmocka_unit_test(another_mix_is_no_difference),
		cmocka_unit_test(false_discoveries_are_held_down),
		cmocka_unit_test(nothing_tried_finds_nothing),
		cmocka_unit_test(what_is_missing_falls_with_what_was_tried),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
