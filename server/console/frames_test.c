/* Stacks of architectures that print them in their own ways. */
#include "console/console.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

struct expected {
	const char *function;
	uint64_t offset_bytes;
};

static void check(const char *console, const char *arch, const struct expected *want, size_t n)
{
	struct console_reader *reader = console_read(console, strlen(console));
	const struct console_report *report = console_reader_report(reader, 0);
	assert_non_null(report);
	assert_string_equal(report->arch, arch);
	assert_int_equal(report->n_frames, n);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(report->frames[i].function, want[i].function);
		assert_int_equal(report->frames[i].offset_bytes, want[i].offset_bytes);
	}
	console_reader_free(reader);
}

#define CHECK(console, arch, ...)                                                                  \
	check(console, arch, (const struct expected[]){__VA_ARGS__},                               \
		sizeof((const struct expected[]){__VA_ARGS__}) / sizeof(struct expected))

#define HEAD "kernel BUG at fs/lab.c:1!\n"

static void arm32s_offsets_are_the_callers(void **state)
{
	(void)state;
	CHECK(HEAD "PC is at lab_f+0x14/0x60\npc : [<c0a1b20c>]    lr : [<c0a1b304>]    psr: "
		   "60000193\n"
		   "Call trace: \n lab_f from lab_g+0x58/0x1a0\n lab_g [lab] from lab_h+0x3c/0x90 "
		   "[lab]\n",
		"arm", {"lab_f", 0x14}, {"lab_g", 0x58}, {"lab_h", 0x3c});
	CHECK(HEAD "Backtrace:\n[<80111bc8>] (lab_f) from [<8010d5d0>] (lab_g+0x10/0x14)\n"
		   "[<8010d5d0>] (lab_g) from [<8010d5e0>] (ret_fast_syscall+0x0/0x28)\n",
		"arm", {"lab_f", 0}, {"lab_g", 0x10}, {"ret_fast_syscall", 0});
}

static void arm64_of_4_x_is_not_arm32(void **state)
{
	(void)state;
	CHECK(HEAD "PC is at lab_f+0x24/0x88\n"
		   "pc : [<ffff000008a1b20c>] lr : [<ffff000008a1b200>] pstate: 60000045\n"
		   "Call trace:\n[<ffff000008a1b20c>] lab_f+0x24/0x88\n[<ffff0000086e0d14>] "
		   "lab_g+0x54/0xb8\n",
		"arm64", {"lab_f", 0x24}, {"lab_g", 0x54});
}

static void s390s_last_jump_is_no_caller(void **state)
{
	(void)state;
	CHECK(HEAD "Krnl PSW : 0704c00180000000 000003ff8017b0c6 (lab_f+0x46/0x90 [lab])\n"
		   "Call Trace:\n [<000003ff8017b0c6>] lab_f+0x46/0x90 [lab]\n "
		   "[<00000000a1b2c3d4>] lab_g+0x48/0x90\n"
		   "Last Breaking-Event-Address:\n [<000003ff8017b0c0>] lab_f+0x40/0x90 [lab]\n",
		"s390x", {"lab_f", 0x46}, {"lab_g", 0x48});
}

static void power_is_known_by_its_frames_and_its_endian_by_the_boot(void **state)
{
	(void)state;
#define TRACE                                                                                      \
	HEAD "Call Trace:\n[c00000000e0f7b60] [c00000000001fa74] lab_f+0x134/0x200\n"              \
	     "[c00000000e0f7bc0] [c000000000f8d2a8] lab_g+0x2e8/0x8f0\n"
	CHECK(TRACE, "ppc64", {"lab_f", 0x134}, {"lab_g", 0x2e8});
	CHECK("Linux version 6.1.0 (x) (powerpc64le-linux-gnu-gcc)\n" TRACE, "ppc64le",
		{"lab_f", 0x134}, {"lab_g", 0x2e8});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arm32s_offsets_are_the_callers),
		cmocka_unit_test(arm64_of_4_x_is_not_arm32),
		cmocka_unit_test(s390s_last_jump_is_no_caller),
		cmocka_unit_test(power_is_known_by_its_frames_and_its_endian_by_the_boot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
