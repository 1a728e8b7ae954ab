/* Whole consoles: real ones of the lab, made ones for what the lab did not see. */
#include "console/console.h"

#include "console/json.h"
#include "console/limits.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

enum { SAMPLE_BYTES = 1024 * 1024 };

static const char *const samples[] = {
	"arm64-clean",
	"arm64-two-bugs-and-warning",
	"hung-and-stalled",
	"one-caller-twice",
	"ppc64le-cc1-bug",
	"ppc64le-two-bugs",
	"programs-that-sound-like-crashes",
	"thread-power",
	"two-callers-interleaved",
	"x86_64-panic-and-reboot",
	"x86_64-two-bugs",
};

static char *load(const char *name, size_t *size)
{
	_free_ char *path = alloc_format("server/console/samples/%s.log", name);
	char *bytes = NULL;
	assert_int_equal(file_read(path, SAMPLE_BYTES, &bytes, size), 0);
	return bytes;
}

static struct console_reader *read_sample(const char *name)
{
	size_t size;
	_free_ char *bytes = load(name, &size);
	return console_read(bytes, size);
}

/* All that a reader has found, as one text. */
static char *describe(struct console_reader *reader)
{
	_report_json_ struct report_json *json = report_json_new();
	char *all = alloc_copy("");
	size_t n = console_reader_count(reader);
	for (size_t i = 0; i < n; i++) {
		_free_ char *before = all;
		all = alloc_format("%s%s\n", before,
			report_json(json, console_reader_report(reader, i), NULL, NULL));
	}
	return all;
}

static void expect_titles(struct console_reader *reader, const char *const *titles, size_t n)
{
	assert_int_equal(console_reader_count(reader), n);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(console_reader_report(reader, i)->title, titles[i]);
	}
	assert_null(console_reader_report(reader, n));
	console_reader_free(reader);
}

#define EXPECT(reader, ...)                                                                        \
	expect_titles(reader, (const char *const[]){__VA_ARGS__},                                  \
		sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void the_labs_bugs_have_the_fields_titles(void **state)
{
	(void)state;
	EXPECT(read_sample("ppc64le-two-bugs"), "kernel BUG in filemap_read",
		"kernel BUG in filemap_read");
	EXPECT(read_sample("ppc64le-cc1-bug"), "kernel BUG in filemap_read");
	EXPECT(read_sample("x86_64-two-bugs"), "kernel BUG in filemap_read",
		"kernel BUG in filemap_read");
	EXPECT(read_sample("arm64-two-bugs-and-warning"), "kernel BUG in filemap_read",
		"WARNING in ct_kernel_exit", "kernel BUG in filemap_read");
	EXPECT(read_sample("x86_64-panic-and-reboot"), "kernel panic: sysrq triggered crash");
}

static void a_page_dump_belongs_to_what_follows_it(void **state)
{
	(void)state;
	struct console_reader *reader = read_sample("arm64-two-bugs-and-warning");
	assert_non_null(console_reader_report(reader, 0)->page);
	assert_null(console_reader_report(reader, 1)->page);
	assert_non_null(console_reader_report(reader, 2)->page);
	console_reader_free(reader);
}

static void the_threads_console_gives_all_its_factors(void **state)
{
	(void)state;
	struct console_reader *reader = read_sample("thread-power");
	assert_int_equal(console_reader_count(reader), 1);
	const struct console_report *r = console_reader_report(reader, 0);
	assert_string_equal(r->title, "kernel BUG in put_and_wait_on_page_locked");
	assert_string_equal(r->type, "BUG");
	assert_string_equal(r->function, "put_and_wait_on_page_locked");
	assert_string_equal(r->arch, "ppc64le");
	assert_string_equal(r->comm, "cc1");
	assert_string_equal(r->kernel, "5.0.0-rc4+");
	assert_string_equal(r->taint, "");
	assert_string_equal(r->trap, "0700");
	assert_string_equal(r->instruction, "0fe00000");
	assert_non_null(strchr(r->code, '\n'));
	assert_int_equal(r->code[strlen(r->code) - 1], '1'); /* no blank behind it */
	assert_int_equal(r->cpu, 3);
	assert_int_equal(r->pid, 8701);
	assert_true(fabs(r->uptime_s - 302.100810) < 1e-9);
	assert_false(r->is_corrupted);
	assert_false(r->is_panicked);
	assert_true(r->is_final);
	assert_int_equal(r->lead_bytes, 0);
	const struct console_page *page = r->page;
	assert_non_null(page);
	assert_string_equal(page->reason, "VM_BUG_ON_PAGE(page_ref_count(page) == 0)");
	assert_string_equal(page->aops, "xfs_address_space_operations");
	assert_string_equal(page->dentry, "libc-2.28.so");
	assert_string_equal(page->flags, "0x3ffff800000006(referenced|uptodate)");
	assert_string_equal(page->memcg, "c0000000bd000000");
	assert_int_equal(page->refcount, 0);
	assert_int_equal(page->mapcount, 0);
	assert_int_equal(page->index, 0x19);
	assert_int_equal(page->pfn, CONSOLE_UNKNOWN);
	assert_int_equal(page->n_raw, 8);
	assert_string_equal(page->raw[7], "c0000000bd000000");
	assert_int_equal(r->n_frames, 9);
	assert_string_equal(r->frames[0].function, "put_and_wait_on_page_locked");
	assert_int_equal(r->frames[0].offset_bytes, 0x398);
	assert_int_equal(r->frames[0].size_bytes, 0x3d0);
	assert_true(r->frames[0].is_reliable);
	assert_false(r->frames[1].is_reliable);
	assert_string_equal(r->frames[8].function, "handle_page_fault");
	console_reader_free(reader);
}

static void a_new_dump_names_head_page_inode_and_cgroup(void **state)
{
	(void)state;
	struct console_reader *reader = read_sample("x86_64-two-bugs");
	const struct console_page *page = console_reader_report(reader, 0)->page;
	assert_non_null(page);
	assert_int_equal(page->order, 2);
	assert_int_equal(page->inode, 0x43);
	assert_int_equal(page->pfn, 0x1f868);
	assert_string_equal(page->dentry, "f0");
	assert_string_equal(page->aops, "0xffffffffbb02ed40");
	assert_string_equal(page->address, "(____ptrval____)");
	assert_string_equal(console_reader_report(reader, 0)->instruction,
		"0f 0b 49 89 41 10 e9 4f fd ff ff 48 89 c7 48");
	assert_string_equal(console_reader_report(reader, 1)->taint, "GD");
	/* The second dump belongs to the second report, not to the end of the first. */
	assert_true(console_reader_report(reader, 0)->end_bytes <=
		    console_reader_report(reader, 1)->lead_bytes);
	assert_true(console_reader_report(reader, 1)->lead_bytes <
		    console_reader_report(reader, 1)->start_bytes);
	console_reader_free(reader);
}

static void callers_keep_interleaved_reports_apart(void **state)
{
	(void)state;
	struct console_reader *reader = read_sample("two-callers-interleaved");
	assert_int_equal(console_reader_count(reader), 2);
	const struct console_report *kasan = console_reader_report(reader, 0);
	const struct console_report *fault = console_reader_report(reader, 1);
	assert_string_equal(kasan->title, "KASAN: slab-use-after-free Read in lab_read_item");
	assert_string_equal(kasan->alts[0], "bad-access in lab_read_item");
	assert_string_equal(kasan->comm, "lab");
	assert_int_equal(kasan->pid, 500);
	assert_string_equal(fault->title,
		"BUG: unable to handle kernel NULL pointer dereference in lab_write_item");
	assert_string_equal(fault->comm, "lab writer");
	assert_string_equal(fault->taint, "GBWO");
	assert_string_equal(fault->frames[0].module, "lab");
	assert_string_equal(fault->instruction, "f9400401");
	assert_true(kasan->is_panicked && fault->is_panicked);
	assert_string_equal(kasan->arch, "arm64");
	assert_false(kasan->is_corrupted || fault->is_corrupted);
	console_reader_free(reader);
}

static void a_caller_may_crash_twice(void **state)
{
	(void)state;
	EXPECT(read_sample("one-caller-twice"), "WARNING in lab_put",
		"KASAN: invalid-free in lab_drop");
}

static void waits_and_stalls_are_named_by_who_began_them(void **state)
{
	(void)state;
	struct console_reader *reader = read_sample("hung-and-stalled");
	assert_string_equal(
		console_reader_report(reader, 0)->title, "INFO: task hung in lab_fs_sync");
	assert_string_equal(console_reader_report(reader, 0)->comm, "lab-writer");
	assert_int_equal(console_reader_report(reader, 0)->pid, 812);
	EXPECT(reader, "INFO: task hung in lab_fs_sync",
		"INFO: rcu detected stall in sys_lab_ioctl");
}

static void programs_and_clean_kernels_give_no_report(void **state)
{
	(void)state;
	struct console_reader *reader = read_sample("arm64-clean");
	assert_int_equal(console_reader_count(reader), 0);
	console_reader_free(reader);
	reader = read_sample("programs-that-sound-like-crashes");
	assert_int_equal(console_reader_count(reader), 0);
	console_reader_free(reader);
}

static void cutting_the_console_anywhere_changes_nothing(void **state)
{
	(void)state;
	for (size_t s = 0; s < sizeof(samples) / sizeof(samples[0]); s++) {
		size_t size;
		_free_ char *bytes = load(samples[s], &size);
		struct console_reader *whole = console_read(bytes, size);
		_free_ char *wanted = describe(whole);
		console_reader_free(whole);
		for (size_t piece = 1; piece < 200; piece = piece * 3 + 1) {
			struct console_reader *reader = console_reader_new();
			for (size_t at = 0; at < size; at += piece) {
				console_reader_feed(
					reader, bytes + at, piece < size - at ? piece : size - at);
			}
			console_reader_finish(reader);
			_free_ char *got = describe(reader);
			assert_string_equal(got, wanted);
			console_reader_free(reader);
		}
	}
}

/* At every line: reading so far and asking, then going on, ends like reading at once. */
static void asking_while_it_arrives_changes_nothing(void **state)
{
	(void)state;
	for (size_t s = 0; s < sizeof(samples) / sizeof(samples[0]); s++) {
		size_t size;
		_free_ char *bytes = load(samples[s], &size);
		struct console_reader *whole = console_read(bytes, size);
		_free_ char *wanted = describe(whole);
		struct console_reader *reader = console_reader_new();
		size_t before = 0;
		for (size_t at = 0; at < size;) {
			const char *newline = memchr(bytes + at, '\n', size - at);
			size_t line =
				newline == NULL ? size - at : (size_t)(newline + 1 - bytes) - at;
			console_reader_feed(reader, bytes + at, line);
			at += line;
			size_t now = console_reader_count(reader);
			assert_in_range(now, before, console_reader_count(whole));
			before = now;
		}
		console_reader_finish(reader);
		_free_ char *got = describe(reader);
		assert_string_equal(got, wanted);
		console_reader_free(reader);
		console_reader_free(whole);
	}
}

/* A log cut short at any line is read like that log, and never says more than the whole. */
static void a_cut_log_is_read_without_surprise(void **state)
{
	(void)state;
	size_t size;
	_free_ char *bytes = load("arm64-two-bugs-and-warning", &size);
	for (size_t at = 0; at < size; at++) {
		if (bytes[at] == '\n') {
			struct console_reader *reader = console_read(bytes, at);
			assert_in_range(console_reader_count(reader), 0, 3);
			console_reader_free(reader);
		}
	}
}

static void noise_of_terminals_and_zero_bytes_do_not_hide_a_report(void **state)
{
	(void)state;
	static const char console[] =
		"\033[2J\033c\0\0[    1.000000] \033[31mkernel BUG at fs/lab.c:1!\033[0m\r\n"
		"[    1.000001] RIP: 0010:lab_f+0x1/0x2\r\r\n"
		"[    1.000002] Call Trace:\r\n\0[    1.000003]  lab_g+0x1/0x2\r\n"
		"[    1.000004]  lab_h+0x1/0x2\r\n";
	EXPECT(console_read(console, sizeof(console) - 1), "kernel BUG in lab_f");
}

static void a_replayed_line_counts_once(void **state)
{
	(void)state;
	static const char console[] =
		"[    1.000000] kernel BUG at fs/lab.c:1!\n"
		"** replaying previous printk message **\n"
		"[    1.000000] kernel BUG at fs/lab.c:1!\n"
		"[    1.000001] RIP: 0010:lab_f+0x1/0x2\n[    1.000002] Call Trace:\n"
		"[    1.000003]  lab_g+0x1/0x2\n[    1.000004]  lab_h+0x1/0x2\n";
	EXPECT(console_read(console, sizeof(console) - 1), "kernel BUG in lab_f");
}

static void a_stack_of_fault_injection_corrupts_a_report(void **state)
{
	(void)state;
	static const char console[] =
		"[    1.000000] general protection fault: 0000 [#1]\n"
		"[    1.000001]  should_fail+0x1/0x2\n[    1.000002] Call Trace:\n"
		"[    1.000003]  lab_g+0x1/0x2\n[    1.000004]  lab_h+0x1/0x2\n";
	struct console_reader *reader = console_read(console, sizeof(console) - 1);
	assert_int_equal(console_reader_count(reader), 1);
	assert_true(console_reader_report(reader, 0)->is_corrupted);
	assert_string_equal(console_reader_report(reader, 0)->corrupted_why, "extracted no frames");
	console_reader_free(reader);
}

static void a_line_without_end_fills_no_memory(void **state)
{
	(void)state;
	struct console_reader *reader = console_reader_new();
	_free_ char *bytes = alloc_zero(1, 1024 * 1024);
	memset(bytes, 'x', 1024 * 1024);
	for (int i = 0; i < 8; i++) {
		console_reader_feed(reader, bytes, 1024 * 1024);
	}
	static const char bug[] =
		"BUG: on the same line does not count\nkernel BUG at fs/lab.c:1!\n";
	console_reader_feed(reader, bug, strlen(bug));
	console_reader_finish(reader);
	assert_int_equal(console_reader_count(reader), 1);
	assert_int_equal(console_reader_report(reader, 0)->start_bytes, 8 * 1024 * 1024 + 37);
	console_reader_free(reader);
}

static void an_endless_report_is_cut_and_says_so(void **state)
{
	(void)state;
	struct console_reader *reader = console_reader_new();
	static const char head[] =
		"[    1.000000] kernel BUG at fs/lab.c:1!\n[    1.000001] RIP: 0010:lab_f+0x1/0x2\n"
		"[    1.000002] Call Trace:\n";
	static const char frame[] =
		"[    1.000003]  lab_g+0x1/0x2\n[    1.000003]  lab_h+0x1/0x2\n";
	console_reader_feed(reader, head, strlen(head));
	for (int i = 0; i < 20000; i++) {
		console_reader_feed(reader, frame, strlen(frame));
	}
	console_reader_finish(reader);
	assert_int_equal(console_reader_count(reader), 1);
	const struct console_report *report = console_reader_report(reader, 0);
	assert_string_equal(report->title, "kernel BUG in lab_f");
	assert_int_equal(report->limits, CONSOLE_LIMIT_TEXT | CONSOLE_LIMIT_FRAMES);
	assert_int_equal(report->n_frames, LIMIT_FRAMES);
	console_reader_free(reader);
}

static void reports_beyond_the_limit_are_counted(void **state)
{
	(void)state;
	struct console_reader *reader = console_reader_new();
	static const char warning[] =
		"WARNING: CPU: 0 PID: 1 at fs/lab.c:1 lab_f+0x1/0x2\nCall Trace:\n"
		" lab_f+0x1/0x2\n lab_g+0x1/0x2\n";
	for (int i = 0; i < LIMIT_REPORTS + 50; i++) {
		console_reader_feed(reader, warning, strlen(warning));
	}
	console_reader_finish(reader);
	assert_int_equal(console_reader_count(reader), LIMIT_REPORTS);
	assert_int_equal(console_reader_lost(reader), 50);
	assert_string_equal(
		console_reader_report(reader, LIMIT_REPORTS - 1)->title, "WARNING in lab_f");
	console_reader_free(reader);
}

/* A test suite's own INFO: lines are no reports and take no room from them. */
static void words_of_test_programs_hide_no_crash(void **state)
{
	(void)state;
	struct console_reader *reader = console_reader_new();
	static const char talk[] =
		"lab01 1 TINFO: timeout per run is 0h 5m 0s\nlab01 1 TPASS: it went well\n";
	for (int i = 0; i < LIMIT_REPORTS * 100; i++) {
		console_reader_feed(reader, talk, strlen(talk));
	}
	static const char bug[] =
		"kernel BUG at fs/lab.c:1!\nlab01 1 TINFO: still here\nRIP: 0010:lab_f+0x1/0x2\n"
		"INFO: a program talks\nCall Trace:\n lab_g+0x1/0x2\n lab_h+0x1/0x2\n";
	console_reader_feed(reader, bug, strlen(bug));
	console_reader_finish(reader);
	EXPECT(reader, "kernel BUG in lab_f");
}

static void strange_bytes_become_json(void **state)
{
	(void)state;
	static const char console[] =
		"[    1.000000] kernel BUG at fs/lab.c:1!\n"
		"[    1.000001] CPU: 0 PID: 7 Comm: l\xc3\x28\xff"
		"b Not tainted 6.1.0 #1\n"
		"[    1.000002] RIP: 0010:lab_f+0x1/0x2\n[    1.000003] Call Trace:\n"
		"[    1.000004]  lab_g+0x1/0x2\n[    1.000005]  lab_h+0x1/0x2\n";
	struct console_reader *reader = console_read(console, strlen(console));
	_report_json_ struct report_json *json = report_json_new();
	const char *line =
		report_json(json, console_reader_report(reader, 0), "name", "\"\1\xc2\xb5\n");
	_json_ json_t *report = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	assert_string_equal(json_string_value(json_object_get(report, "comm")), "l?(?b");
	assert_string_equal(json_string_value(json_object_get(report, "kernel")), "6.1.0");
	assert_string_equal(json_string_value(json_object_get(report, "name")), "\"\1\xc2\xb5\n");
	assert_true(json_real_value(json_object_get(report, "uptime_s")) == 1.0);
	assert_null(strchr(line, '\n'));
	assert_string_equal(report_json(json, NULL, NULL, NULL), "{\"title\":\"\"}");
	console_reader_free(reader);
}

static void memory_that_ran_out_under_the_driver_is_not_the_kernels_fault(void **state)
{
	(void)state;
#define OOPS "[    1.0] kernel BUG at fs/lab.c:1!\n[    1.1] RIP: 0010:lab_f+0x1/0x2\n"
	static const struct {
		const char *console;
		bool is_suppressed;
	} rows[] = {
		{OOPS, false},
		{OOPS "[    2.0] Out of memory: Killed process 7 (cc1) total-vm:1kB\n", false},
		{OOPS "[    2.0] Out of memory: Killed process 7 (faultline-guest) total-vm:1kB\n",
			true},
		{OOPS "*** stack smashing detected ***: terminated\n", true},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct console_reader *reader =
			console_read(rows[i].console, strlen(rows[i].console));
		assert_int_equal(console_reader_count(reader), 1);
		assert_int_equal(
			console_reader_report(reader, 0)->is_suppressed, rows[i].is_suppressed);
		console_reader_free(reader);
	}
}

static void a_second_boot_is_another_kernel(void **state)
{
	(void)state;
	static const char console[] =
		"Linux version 6.1.0 (x)\nWARNING: CPU: 0 PID: 1 at fs/lab.c:1 lab_f+0x1/0x2\n"
		"Call Trace:\n lab_f+0x1/0x2\n lab_g+0x1/0x2\n"
		"Linux version 6.2.0 (powerpc64le-linux-gnu-gcc)\n"
		"Kernel panic - not syncing: second\nCall Trace:\n panic+0x1/0x2\n lab_g+0x1/0x2\n";
	struct console_reader *reader = console_read(console, strlen(console));
	assert_int_equal(console_reader_count(reader), 2);
	assert_false(console_reader_report(reader, 0)->is_panicked);
	assert_string_equal(console_reader_report(reader, 0)->kernel, "6.1.0");
	assert_true(console_reader_report(reader, 1)->is_panicked);
	assert_string_equal(console_reader_report(reader, 1)->kernel, "6.2.0");
	assert_string_equal(console_reader_report(reader, 1)->arch, "ppc64le");
	console_reader_free(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_labs_bugs_have_the_fields_titles),
		cmocka_unit_test(a_page_dump_belongs_to_what_follows_it),
		cmocka_unit_test(the_threads_console_gives_all_its_factors),
		cmocka_unit_test(a_new_dump_names_head_page_inode_and_cgroup),
		cmocka_unit_test(callers_keep_interleaved_reports_apart),
		cmocka_unit_test(a_caller_may_crash_twice),
		cmocka_unit_test(waits_and_stalls_are_named_by_who_began_them),
		cmocka_unit_test(programs_and_clean_kernels_give_no_report),
		cmocka_unit_test(cutting_the_console_anywhere_changes_nothing),
		cmocka_unit_test(asking_while_it_arrives_changes_nothing),
		cmocka_unit_test(a_cut_log_is_read_without_surprise),
		cmocka_unit_test(noise_of_terminals_and_zero_bytes_do_not_hide_a_report),
		cmocka_unit_test(a_replayed_line_counts_once),
		cmocka_unit_test(a_stack_of_fault_injection_corrupts_a_report),
		cmocka_unit_test(a_line_without_end_fills_no_memory),
		cmocka_unit_test(an_endless_report_is_cut_and_says_so),
		cmocka_unit_test(reports_beyond_the_limit_are_counted),
		cmocka_unit_test(words_of_test_programs_hide_no_crash),
		cmocka_unit_test(strange_bytes_become_json),
		cmocka_unit_test(memory_that_ran_out_under_the_driver_is_not_the_kernels_fault),
		cmocka_unit_test(a_second_boot_is_another_kernel),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
