/* Boots that fail without a report. */
#include "console/boot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"

static const char begun[] = "[    0.000000] Linux version 6.1.0 (x@y)\n"
			    "[    0.912345] pci 0000:00:1f.2: reg 0x10: [io 0xc040-0xc05f]\n";

static void assert_title(const char *text, const char *detail, const char *title)
{
	struct console_boot boot;
	console_boot(text, strlen(text), detail, &boot);
	assert_string_equal(boot.title, title);
}

static void a_hang_is_named_by_its_last_line_without_numbers(void **state)
{
	(void)state;
	_free_ char *text = alloc_format(
		"%s[    1.203456] Freeing unused kernel image memory: 2048K\r\n[    1.3] \n",
		begun);
	assert_title(text, "no word from the guest within the boot limit",
		"boot: hangs after \"Freeing unused kernel image memory: 2048K\"");
	assert_title(begun, "no byte of console or samples for 10 s",
		"boot: hangs after \"pci NUM:NUM:1f.NUM: reg 0x10: [io 0xc040-0xc05f]\"");
}

static void how_it_ended_is_part_of_the_name(void **state)
{
	(void)state;
	static const char text[] = "[    0.1] Booting paravirtualized kernel on bare hardware\n";
	assert_title(text, "the guest was reset before it said a word",
		"boot: resets after \"Booting paravirtualized kernel on bare hardware\"");
	assert_title(text, "the guest powered off before it said a word",
		"boot: powers off after \"Booting paravirtualized kernel on bare hardware\"");
	_free_ char *twice = alloc_format("%s%s%s", begun, begun, text);
	assert_title(twice, "",
		"boot: restarts after \"Booting paravirtualized kernel on bare "
		"hardware\"");
}

static void a_reason_is_worth_more_than_the_last_line(void **state)
{
	(void)state;
	assert_title(
		"[    1.0] Failed to execute /init (error -2)\n[    1.1] random: crng init done\n",
		"", "boot: cannot execute its init");
	assert_title("Decompressing Linux...\n\n -- System halted", "",
		"boot: the kernel cannot be unpacked");
}

static void a_silent_console_has_a_name_too(void **state)
{
	(void)state;
	assert_title("", "", "boot: hangs without a word");
	assert_title("\r\n\x1b[2J\r\n", "", "boot: hangs without a word");
}

static void any_bytes_are_borne(void **state)
{
	(void)state;
	struct console_boot boot;
	_free_ char *bytes = alloc_zero(100000, 1);
	console_boot(bytes, 100000, "", &boot);
	memset(bytes, '\xff', 100000);
	console_boot(bytes, 100000, "", &boot);
	memset(bytes, 'a', 100000);
	console_boot(bytes, 100000, "", &boot);
	assert_true(strlen(boot.title) < CONSOLE_BOOT_TITLE);
	assert_int_equal(boot.start, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hang_is_named_by_its_last_line_without_numbers),
		cmocka_unit_test(how_it_ended_is_part_of_the_name),
		cmocka_unit_test(a_reason_is_worth_more_than_the_last_line),
		cmocka_unit_test(a_silent_console_has_a_name_too),
		cmocka_unit_test(any_bytes_are_borne),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
