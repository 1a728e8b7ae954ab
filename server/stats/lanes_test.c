/* Small graphs, drawn: a line, a merge, branches of which only some commits are listed. */
#include "stats/lanes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* "lane: from>to … | …", one part a row; | for through, > in, < out. */
static const char *drawn(const struct lanes *lanes, size_t rows)
{
	static char text[1000];
	size_t size = 0;
	size_t at = 0;
	text[0] = '\0';
	for (size_t r = 0; r < rows; r++) {
		size += (size_t)snprintf(text + size, sizeof(text) - size,
			"%s%zu:", r > 0 ? "; " : "", lanes->lane[r]);
		for (; at < lanes->n_lines && lanes->lines[at].row == r; at++) {
			const struct lanes_line *l = &lanes->lines[at];
			size += (size_t)snprintf(text + size, sizeof(text) - size, " %zu%c%zu",
				l->from, "|><"[l->how], l -> to);
		}
	}
	return text;
}

static void a_line_is_one_lane(void **state)
{
	(void)state;
	const size_t starts[] = {0, 0, 1, 2, 3}, parents[] = {0, 1, 2}, shown[] = {3, 1, 0};
	const bool line[] = {true, true, true};
	struct lanes lanes;
	lanes_draw(4, starts, parents, shown, line, 3, &lanes);
	assert_string_equal(drawn(&lanes, 3), "0: 0<0; 0: 0>0 0<0; 0: 0>0");
	assert_int_equal(lanes.width, 1);
	assert_int_equal(lanes.parents[0], 1); /* through one that is not listed */
	lanes_fini(&lanes);
}

/* 0 - 1 ------- 3 - 4 merge; 1 - 2 the branch. */
static void a_merge_is_two_lanes_that_meet_where_it_left(void **state)
{
	(void)state;
	const size_t starts[] = {0, 0, 1, 2, 3, 5}, parents[] = {0, 1, 1, 2, 3};
	const size_t all[] = {4, 3, 2, 1, 0};
	const bool line[] = {true, true, false, true, true};
	struct lanes lanes;
	lanes_draw(5, starts, parents, all, line, 5, &lanes);
	assert_string_equal(
		drawn(&lanes, 5), "0: 0<0 0<1; 0: 0>0 1|1 0<0; 1: 0|0 1>1 1<0; 0: 0>0 0<0; 0: 0>0");
	assert_int_equal(lanes.width, 2);
	lanes_fini(&lanes);
	/* The branch is not listed: what lies behind it is reached by the line. */
	const size_t some[] = {4, 3, 0};
	lanes_draw(5, starts, parents, some, line, 3, &lanes);
	assert_string_equal(drawn(&lanes, 3), "0: 0<0; 0: 0>0 0<0; 0: 0>0");
	lanes_fini(&lanes);
}

static void more_branches_than_there_is_room_for_share_the_last_lane(void **state)
{
	(void)state;
	enum { BRANCHES = 20, N = BRANCHES + 2 };
	size_t starts[N + 1] = {0}, parents[2 * BRANCHES], shown[N], n = 0;
	bool line[N] = {false};
	for (size_t c = 0; c < N; c++) { /* 0, then a commit of each branch, then their merge */
		for (size_t p = 1; c == N - 1 && p <= BRANCHES; p++) {
			parents[n++] = p;
		}
		if (c > 0 && c < N - 1) {
			parents[n++] = 0;
		}
		starts[c + 1] = n;
		shown[c] = N - 1 - c;
	}
	struct lanes lanes;
	lanes_draw(N, starts, parents, shown, line, N, &lanes);
	assert_int_equal(lanes.width, LANES_MAX);
	for (size_t i = 0; i < lanes.n_lines; i++) {
		assert_true(lanes.lines[i].from < LANES_MAX && lanes.lines[i].to < LANES_MAX);
	}
	assert_int_equal(lanes.starts[1], BRANCHES);
	lanes_fini(&lanes);
	lanes_draw(0, starts, parents, shown, line, 0, &lanes);
	assert_int_equal(lanes.n_lines, 0);
	lanes_fini(&lanes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_one_lane),
		cmocka_unit_test(a_merge_is_two_lanes_that_meet_where_it_left),
		cmocka_unit_test(more_branches_than_there_is_room_for_share_the_last_lane),
	};
	return cmocka_run_group_tests_name("stats/lanes", tests, NULL, NULL);
}
