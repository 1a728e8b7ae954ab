/* Titles: what is taken out of them, their types, and those of headers that no sample shows. */
#include "console/title.h"

#include "console/console.h"
#include "console/demangle.h"
#include "console/skip.h"
#include "console/type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static void what_differs_from_crash_to_crash_is_taken_out(void **state)
{
	(void)state;
	static const struct {
		const char *raw;
		const char *clean;
	} rows[] = {
		{"KASAN: use-after-free in f at addr ffff8800b46111c0",
			"KASAN: use-after-free in f at addr ADDR"},
		{"panic in syz-executor.12/34", "panic in syz-executor"},
		{"trouble in syzkaller123", "trouble in syzkaller"},
		{"cannot reach 192.168.0.1", "cannot reach IP"},
		{"warned at kernel/fork.c:123:45", "warned at kernel/fork.c:LINE"},
		{"data-race in f+0x1a/0x20 / g+0x3/0x4", "data-race in f / g"},
		{"lockup on CPU#3", "lockup on CPU"},
		{"root on unknown-block(0,0)", "root on unknown-block(NUM,NUM)"},
		{"age=1 cpu=12 pid=6024", "age=NUM cpu=NUM pid=NUM"},
		{"f1234567g", "fNUMg"},
		{"  two\t\twords\001 ", "two words"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char title[TITLE_MAX];
		snprintf(title, sizeof(title), "%s", rows[i].raw);
		title_clean(title);
		assert_string_equal(title, rows[i].clean);
	}
}

static void mangled_names_become_readable(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{"_Z8fakeNameiii", "fakeName"},
		{"_ZN3foo3barEv", "foo::bar"},
		{"_ZN4core9panicking5panic17h0123456789abcdefE", "core::panicking::panic"},
		{"_RNvNtCs1a_6kernel5print11call_printk", "kernel::print::call_printk"},
		{"_RNvC7mycrate3foo", "mycrate::foo"},
		{"_Z", "_Z"},
		{"_Z9short", "_Z9short"},
		{"_ZN", "_ZN"},
		{"_RN", "_RN"},
		{"_RNNNNNNNNNNNNNNNNNNNNNNNNNNN", "_RNNNNNNNNNNNNNNNNNNNNNNNNNNN"},
		{"filemap_read", "filemap_read"},
		{"", ""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[DEMANGLE_MAX];
		struct text name = demangle((struct text){rows[i][0], strlen(rows[i][0])}, out);
		assert_int_equal(name.size, strlen(rows[i][1]));
		assert_memory_equal(name.at, rows[i][1], name.size);
	}
}

static void special_types_win_over_general_ones(void **state)
{
	(void)state;
	assert_string_equal(
		type_of("KASAN: slab-use-after-free Write in f"), "KASAN-USE-AFTER-FREE-WRITE");
	assert_string_equal(
		type_of("KASAN: null-ptr-deref Read in f"), "KASAN-NULL-POINTER-DEREFERENCE-READ");
	assert_string_equal(type_of("WARNING: refcount bug in f"), "REFCOUNT_WARNING");
	assert_string_equal(type_of("WARNING: anything else"), "WARNING");
	assert_string_equal(type_of("BUG: Bad page map"), "");
	assert_string_equal(type_of("kernel panic: no words"), "DoS");
}

static void the_word_behind_the_last_in_is_the_function(void **state)
{
	(void)state;
	struct text f = title_function("BUG: using x() in preemptible code in some_function");
	assert_int_equal(f.size, strlen("some_function"));
	f = title_function("WARNING in aiptek_open/usb_submit_urb");
	assert_int_equal(f.size, strlen("aiptek_open"));
	assert_int_equal(title_function("kernel panic: no words").size, 0);
}

#define TRACE "Call Trace:\n dump_stack+0x1/0x2\n"

/* Headers of real kernels above small stacks. */
static const struct {
	const char *console;
	const char *title;
} headers[] = {
	{"BUG: Kernel NULL pointer dereference on read at 0x00000008\nNIP "
	 "[c000000000194b10] lab_f+0x38/0x44\n"
	 "Call Trace:\n[c0000000] [c0000001] lab_g+0x1/0x2\n[c0000000] [c0000001] "
	 "lab_h+0x1/0x2\n",
		"BUG: unable to handle kernel NULL pointer dereference in lab_f"},
	{"BUG: Unable to handle kernel data access on write at 0xc00a000000000000\n"
	 "NIP [c000000000194b10] lab_f+0x38/0x44\nCall Trace:\n[c0000000] [c0000001] "
	 "lab_g+0x1/0x2\n\n",
		"BUG: unable to handle kernel paging request in lab_f"},
	{"Oops: general protection fault, probably for non-canonical address "
	 "0xdffffc0000000000: 0000 [#1]\n"
	 "RIP: 0010:lab_f+0x1/0x2\n" TRACE " lab_g+0x1/0x2\n",
		"general protection fault in lab_f"},
	{"WARNING: fs/lab.c:12 at lab_f+0x1/0x2, CPU#0: lab/7\nRIP: "
	 "0010:lab_f+0x1/0x2\n" TRACE " lab_g+0x1/0x2\n",
		"WARNING in lab_f"},
	{"BUG: Unable to handle kernel instruction fetch (NULL pointer?)\nNIP "
	 "[0000000000000000] 0x0\n"
	 "LR [c00000000070eef0] lab_f+0x38/0x44\nCall Trace:\n[c0] [c1] lab_g+0x1/0x2\n"
	 "[c0] [c1] lab_h+0x1/0x2\n",
		"BUG: unable to handle kernel paging request in lab_f"},
	{"Unable to handle kernel NULL pointer dereference at virtual address "
	 "0000000000000000\n"
	 "Internal error: Oops: 0000000086000004 [#1] SMP\npc : 0x0\nlr : "
	 "lab_f+0x38/0x44\nCall trace:\n"
	 " 0x0\n lab_f+0x38/0x44\n lab_g+0x1/0x2\n",
		"BUG: unable to handle kernel NULL pointer dereference in lab_f"},
	{"Internal error: synchronous external abort: 0000000096000210 [#1] SMP\npc : "
	 "lab_f+0x1/0x2\n"
	 "lr : lab_g+0x1/0x2\nCall trace:\n lab_f+0x1/0x2\n lab_g+0x1/0x2\n",
		"Internal error in lab_f"},
	{"watchdog: CPU 19 self-detected hard LOCKUP @ _raw_spin_lock_irq+0x60/0x100\n"
	 "NIP [c000000000d1ea70] _raw_spin_lock_irq+0x60/0x100\nCall Trace:\n[c0] [c1] "
	 "lab_f+0x1/0x2\n"
	 "[c0] [c1] lab_thread+0x1/0x2\n[c0] [c1] kthread+0x1/0x2\n",
		"BUG: hard lockup in lab_thread"},
	{"Oops: Exception in kernel mode, sig: 5 [#1]\nNIP [c000000000d1ea70] "
	 "lab_f+0x60/0x100\n"
	 "Call Trace:\n[c0] [c1] lab_g+0x1/0x2\n[c0] [c1] lab_h+0x1/0x2\n",
		"kernel BUG in lab_f"},
	{"WARNING: at fs/lab.c:12\nNIP [c000000000194b10] .lab_f+0x38/0x44\n"
	 "Call Trace:\n[c0] [c1] .lab_g+0x1/0x2\n[c0] [c1] .lab_h+0x1/0x2\n",
		"WARNING in lab_f"},
	{"UBSAN: shift-out-of-bounds in fs/lab.c:12:3\n" TRACE
	 " ubsan_epilogue+0x1/0x2\n lab_f+0x1/0x2\n",
		"UBSAN: shift-out-of-bounds in lab_f"},
	{"BUG: scheduling while atomic: lab/7/0x00000002\n" TRACE
	 " __schedule_bug+0x1/0x2\n lab_f+0x1/0x2\n",
		"BUG: scheduling while atomic in lab_f"},
	{"unregister_netdevice: waiting for lo to become free. Usage count = 2\n",
		"unregister_netdevice: waiting for DEV to become free"},
	{"Kernel panic - not syncing: VFS: Unable to mount root fs on "
	 "unknown-block(8,1)\n" TRACE " panic+0x1/0x2\n",
		"kernel panic: VFS: Unable to mount root fs on unknown-block(NUM,NUM)"},
};

static void headers_give_the_titles_of_the_field(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct console_reader *reader =
			console_read(headers[i].console, strlen(headers[i].console));
		assert_int_equal(console_reader_count(reader), 1);
		const struct console_report *report = console_reader_report(reader, 0);
		assert_string_equal(report->title, headers[i].title);
		assert_null(report->corrupted_why);
		console_reader_free(reader);
	}
}

static void every_pattern_of_the_tables_is_well_formed(void **state)
{
	(void)state;
	for (const struct marker *m = markers; m->text != NULL; m++) {
		for (const char *const *veto = m->veto; veto != NULL && *veto != NULL; veto++) {
			assert_true(match_is_pattern(*veto));
		}
		for (const struct format *f = m->formats; f->title != NULL; f++) {
			assert_true(match_is_pattern(f->title));
			for (size_t i = 0; i < 3 && f->body[i] != NULL; i++) {
				assert_true(match_is_pattern(f->body[i]));
			}
			const char *const *step = f->recipe == NULL ? NULL : f->recipe->steps;
			for (; step != NULL && *step != NULL; step++) {
				assert_true(match_is_pattern(*step));
			}
		}
	}
	assert_false(match_is_pattern("a (b"));
	assert_false(match_is_pattern("a {b|c"));
	assert_false(match_is_pattern("%q"));
}

static void the_list_of_the_never_guilty_is_sorted(void **state)
{
	(void)state;
	assert_true(skip_is_sorted());
	assert_true(skip_general((struct text){"__kmalloc_node", 14}));
	assert_true(skip_general((struct text){"complete", 8}));
	assert_false(skip_general((struct text){"pn533_send_complete", 19}));
	assert_false(skip_general((struct text){"filemap_read", 12}));
	assert_false(skip_general((struct text){"f", 1}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_differs_from_crash_to_crash_is_taken_out),
		cmocka_unit_test(mangled_names_become_readable),
		cmocka_unit_test(special_types_win_over_general_ones),
		cmocka_unit_test(the_word_behind_the_last_in_is_the_function),
		cmocka_unit_test(every_pattern_of_the_tables_is_well_formed),
		cmocka_unit_test(the_list_of_the_never_guilty_is_sorted),
		cmocka_unit_test(headers_give_the_titles_of_the_field),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
