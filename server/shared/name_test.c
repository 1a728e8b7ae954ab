/* What may become a path, an argument or a word of a command line, and what may not. */
#include "shared/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void parts_of_paths_are_plain_names(void **state)
{
	(void)state;
	assert_true(name_is_part("migrate-hot"));
	assert_true(name_is_part("6.1.0-56-cloud_amd64"));
	assert_false(name_is_part(""));
	assert_false(name_is_part("."));
	assert_false(name_is_part(".."));
	assert_false(name_is_part(".hidden"));
	assert_false(name_is_part("-option"));
	assert_false(name_is_part("a/b"));
	assert_false(name_is_part("a b"));
	assert_false(name_is_part(
		"0123456789012345678901234567890123456789012345678901234567890123456789"));
}

static void releases_are_as_uname_says_them(void **state)
{
	(void)state;
	assert_true(name_is_release("6.12.0-rc3+"));
	assert_true(name_is_release("6.1.0-50-powerpc64le"));
	assert_true(name_is_release("6.10~rc1_x"));
	assert_false(name_is_release(""));
	assert_false(name_is_release(".."));
	assert_false(name_is_release("6.1/../../etc"));
	assert_false(name_is_release("6.1 x"));
}

static void hashes_have_their_length_and_lower_case(void **state)
{
	(void)state;
	assert_true(name_is_commit("0123456789abcdef0123456789abcdef01234567"));
	assert_false(name_is_commit("0123456789ABCDEF0123456789abcdef01234567"));
	assert_false(name_is_commit("HEAD"));
	assert_true(
		name_is_sha256("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"));
	assert_false(
		name_is_sha256("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"));
}

static void mkfs_options_hold_no_path_and_no_shell(void **state)
{
	(void)state;
	assert_true(name_is_options(""));
	assert_true(name_is_options("-m crc=0,reflink=1 -i size=512"));
	assert_false(name_is_options("-d file,name=/etc/passwd"));
	assert_false(name_is_options("-K; rm"));
	assert_false(name_is_options("$(id)"));
}

static void a_command_line_cannot_bring_its_own_orders(void **state)
{
	(void)state;
	assert_true(name_is_cmdline(""));
	assert_true(name_is_cmdline("no_hash_pointers slub_debug=FZ foo--bar"));
	assert_false(name_is_cmdline("quiet -- program=/bin/sh"));
	assert_false(name_is_cmdline("quiet --"));
	assert_false(name_is_cmdline("quiet\nroot=x"));
	assert_false(name_is_cmdline("quiet\x1b[0m"));
}

static void urls_name_a_transport_or_an_absolute_path(void **state)
{
	(void)state;
	assert_true(name_is_url("https://git.example.org/linux.git"));
	assert_true(name_is_url("/srv/linux.git"));
	assert_false(name_is_url("--upload-pack=evil"));
	assert_false(name_is_url("relative/path"));
	assert_false(name_is_url("ext::sh -c id"));
	assert_false(name_is_url("http://a b"));
	assert_false(name_is_url(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_of_paths_are_plain_names),
		cmocka_unit_test(releases_are_as_uname_says_them),
		cmocka_unit_test(hashes_have_their_length_and_lower_case),
		cmocka_unit_test(mkfs_options_hold_no_path_and_no_shell),
		cmocka_unit_test(a_command_line_cannot_bring_its_own_orders),
		cmocka_unit_test(urls_name_a_transport_or_an_absolute_path),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
