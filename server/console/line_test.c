/* Prefixes of lines, as the keepers of logs write them. */
#include "console/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct line_head read_text(const char *s)
{
	return line_read((struct text){s, strlen(s)});
}

static void prefixes_are_cut_whoever_kept_the_log(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		enum context_kind kind;
		uint32_t id;
		double uptime_s;
	} rows[] = {
		{"BUG: it", CONTEXT_BARE, 0, NAN},
		{"<4>BUG: it", CONTEXT_BARE, 0, NAN},
		{"[   12.345678] BUG: it", CONTEXT_CONSOLE, 0, 12.345678},
		{"<4>[   12.345678] BUG: it", CONTEXT_CONSOLE, 0, 12.345678},
		{"[   12.345678][  T500] BUG: it", CONTEXT_TASK, 500, 12.345678},
		{"[   12.345678][    C3] BUG: it", CONTEXT_CPU, 3, 12.345678},
		{"lab login: [   12.345678][    C3] BUG: it", CONTEXT_CPU, 3, 12.345678},
		{"** 4491 printk messages dropped ** [   12.345678] BUG: it", CONTEXT_CONSOLE, 0,
			12.345678},
		{"2024-03-05T18:20:59.012345  [   12.345678] BUG: it", CONTEXT_CONSOLE, 0,
			12.345678},
		{"[2024-03-05 18:20:59] [   12.345678] BUG: it", CONTEXT_CONSOLE, 0, 12.345678},
		{"Nov  9 10:19:35 host kernel: [   12.345678] BUG: it", CONTEXT_CONSOLE, 0,
			12.345678},
		{"Nov  9 10:19:35 host [   12.345678] BUG: it", CONTEXT_CONSOLE, 0, 12.345678},
		{"Nov  9 10:19:35 host kernel: BUG: it", CONTEXT_BARE, 0, NAN},
		{"2024-03-05T18:20:59+0000 host kernel: BUG: it", CONTEXT_BARE, 0, NAN},
		{"[Mon Nov 22 20:12:01 2021] BUG: it", CONTEXT_BARE, 0, NAN},
		{"kern  :warn  : [   12.345678] BUG: it", CONTEXT_CONSOLE, 0, 12.345678},
		{"4,1234,12345678,-;BUG: it", CONTEXT_CONSOLE, 0, 12.345678},
		{"4,1234,12345678,-,caller=T500;BUG: it", CONTEXT_TASK, 500, 12.345678},
		{"- {\"dt\": \"2024-03-05T18:20:59\", \"lvl\": \"target\", \"msg\": \"[   "
		 "12.345678] BUG: it\"}",
			CONTEXT_CONSOLE, 0, 12.345678},
		{"[  +0.000123] BUG: it", CONTEXT_CONSOLE, 0, NAN},
		{"> > [   12.345678] BUG: it", CONTEXT_CONSOLE, 0, 12.345678},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct line_head head = read_text(rows[i].line);
		if (head.text.size != 7 || memcmp(head.text.at, "BUG: it", 7) != 0) {
			fail_msg("'%s' leaves '%.*s'", rows[i].line, (int)head.text.size,
				head.text.at);
		}
		assert_int_equal(head.kind, rows[i].kind);
		assert_int_equal(head.id, rows[i].id);
		assert_false(head.is_userspace);
		assert_true(isnan(rows[i].uptime_s)
				    ? isnan(head.uptime_s)
				    : fabs(head.uptime_s - rows[i].uptime_s) < 1e-9);
	}
}

static void other_programs_are_told_from_the_kernel(void **state)
{
	(void)state;
	assert_true(read_text("Nov  9 10:19:35 host openvpn[1118]: WARNING: it").is_userspace);
	assert_true(read_text("Nov  9 10:19:35 host lab: WARNING: it").is_userspace);
	assert_true(read_text("2024-03-05T18:20:59+0000 host lab[7]: WARNING: it").is_userspace);
	assert_true(read_text("user  :warn  : [   12.345678] WARNING: it").is_userspace);
	assert_false(read_text("2024-03-05T18:20:59 Internal error: Oops: 96000004").is_userspace);
	assert_false(read_text("divide error: 0000 [#1]").is_userspace);
}

static void what_is_no_stamp_stays(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"[<c0014558>] (show_stack) from [<c059798c>] (dump_stack+0x7c/0xc8)",
		"[c000000010513b10] [c000000000194b0c] f+0x1/0x2",
		"[ BUG: bad unlock balance detected! ]",
		"[12.] x",
		"[.5] x",
		"[123456789012345678901234567890.1] x",
		"[",
		"",
		"<",
		"<4",
		"** ",
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct line_head head = read_text(lines[i]);
		assert_int_equal(head.kind, CONTEXT_BARE);
		assert_int_equal(head.text.size, strlen(lines[i]));
	}
}

static void control_bytes_are_taken_out(void **state)
{
	(void)state;
	char line[] = "\033[0m\033[31mB\0U\rG:\033c it\033[";
	size_t size = line_clean(line, sizeof(line) - 1);
	assert_int_equal(size, 7);
	assert_memory_equal(line, "BUG: it", 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes_are_cut_whoever_kept_the_log),
		cmocka_unit_test(other_programs_are_told_from_the_kernel),
		cmocka_unit_test(what_is_no_stamp_stays),
		cmocka_unit_test(control_bytes_are_taken_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
