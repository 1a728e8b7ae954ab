/* The pattern language of the tables. */
#include "console/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static struct text text(const char *s)
{
	return (struct text){s, strlen(s)};
}

static void expect_capture(const struct match *m, int slot, const char *wanted)
{
	assert_in_range(slot, 0, m->n - 1);
	assert_int_equal(m->capture[slot].size, strlen(wanted));
	assert_memory_equal(m->capture[slot].at, wanted, strlen(wanted));
}

static void literals_float_and_anchors_hold(void **state)
{
	(void)state;
	struct match m;
	assert_true(match_line("BUG:", text("watchdog: BUG: soft lockup"), &m));
	assert_int_equal(m.column, 10);
	assert_false(match_line("^BUG:", text("watchdog: BUG: soft lockup"), NULL));
	assert_true(match_line("lockup$", text("soft lockup"), NULL));
	assert_false(match_line("lockup$", text("soft lockup!"), NULL));
	assert_false(match_line("BUG:", text("BUG"), NULL));
	assert_false(match_line("BUG:", text(""), NULL));
}

static void functions_are_read_from_every_kind_of_frame(void **state)
{
	(void)state;
	static const char *const lines[] = {
		" filemap_read+0x2e4/0x350",
		" [<ffffffff81c01b4c>] filemap_read+0x80/0xb4",
		"[c000000010513b10] [c000000000194b0c] filemap_read+0x37c/0x440 (unreliable)",
		" filemap_read.isra.0+0x8c/0x94",
		"[c000000010f930b0] [c000000008068df8] .filemap_read+0x278/0x390",
		" [<(ptrval)>] filemap_read+0x1/0x2",
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct match m;
		assert_true(match_line("^%_%P%f", text(lines[i]), &m));
		expect_capture(&m, 0, "filemap_read");
	}
	assert_false(match_line("^%_%P%f", text(" ? filemap_read+0x1/0x2"), NULL));
	assert_false(match_line("^%_%P%f", text("R10: 0000000000000000 R11: 0"), NULL));
}

static void choices_and_stars_capture_what_they_took(void **state)
{
	(void)state;
	struct match m;
	assert_true(match_line(
		"BUG: KASAN: %w in %f", text("BUG: KASAN: slab-out-of-bounds in f+0x1"), &m));
	expect_capture(&m, 0, "slab-out-of-bounds");
	expect_capture(&m, 1, "f");
	assert_true(match_line("(Read|Write) of size %d", text("Write of size 8 at"), &m));
	expect_capture(&m, 0, "Write");
	expect_capture(&m, 1, "8");
	assert_true(match_line("task %s blocked for more than %d s",
		text("INFO: task a:b:7 blocked for more than 120 s"), &m));
	expect_capture(&m, 0, "a:b:7");
	expect_capture(&m, 1, "120");
	assert_true(match_line("{unable to handle |}kernel%r", text("BUG: kernel NULL"), &m));
	expect_capture(&m, 0, " NULL");
	assert_true(match_line("at %l", text("WARNING: at mm/slab.c:12 f"), &m));
	expect_capture(&m, 0, "mm/slab.c:12");
}

static void alternatives_are_tried_in_order(void **state)
{
	(void)state;
	struct match m;
	assert_true(match_line("RIP: %x:%f\npc : %f", text("pc : g+0x1/0x2"), &m));
	expect_capture(&m, 0, "g");
	assert_false(match_line("RIP: %x:%f\npc : %f", text("lr : g+0x1/0x2"), NULL));
}

static void captures_of_a_failed_try_are_forgotten(void **state)
{
	(void)state;
	struct match m;
	assert_true(match_line("(a|ab)%dz", text("a1 ab2z"), &m));
	assert_int_equal(m.n, 2);
	expect_capture(&m, 0, "ab");
	expect_capture(&m, 1, "2");
}

/* Three stars over a long line without the last letter: cubic matching would take minutes. */
static void hostile_lines_cost_no_more_than_others(void **state)
{
	(void)state;
	static char line[200000];
	memset(line, 'a', sizeof(line));
	struct text hostile = {line, sizeof(line)};
	assert_false(match_line("a*a*a*a*b", hostile, NULL));
	assert_false(match_line("%sa%sb%sc", hostile, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literals_float_and_anchors_hold),
		cmocka_unit_test(functions_are_read_from_every_kind_of_frame),
		cmocka_unit_test(choices_and_stars_capture_what_they_took),
		cmocka_unit_test(alternatives_are_tried_in_order),
		cmocka_unit_test(captures_of_a_failed_try_are_forgotten),
		cmocka_unit_test(hostile_lines_cost_no_more_than_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
