/* Files that appear whole, also where somebody else may write. */
#include "shared/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "shared/cleanup.h"

static char folder[] = "/tmp/file-test.XXXXXX";

static const char *at(const char *name)
{
	static char path[2][64];
	static int turn;
	turn = !turn;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", folder, name);
	return path[turn];
}

static void holds(const char *name, const char *wanted)
{
	_free_ char *text = NULL;
	assert_int_equal(file_read(at(name), 100, &text, NULL), 0);
	assert_string_equal(text, wanted);
}

static void what_is_written_is_there_whole(void **state)
{
	(void)state;
	assert_int_equal(file_write(at("plain"), "one", 3), 0);
	assert_int_equal(file_write(at("plain"), "two and more", 12), 0);
	holds("plain", "two and more");
	assert_int_not_equal(access(at("plain.new"), F_OK), 0);
}

static void a_link_at_the_temporary_name_is_not_followed(void **state)
{
	(void)state;
	assert_int_equal(file_write(at("precious"), "keys", 4), 0);
	assert_int_equal(symlink(at("precious"), at("mark.new")), 0);
	assert_true(file_write(at("mark"), "", 0) < 0);
	holds("precious", "keys");
}

int main(void)
{
	if (mkdtemp(folder) == NULL) {
		return EXIT_FAILURE;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_there_whole),
		cmocka_unit_test(a_link_at_the_temporary_name_is_not_followed),
	};
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);
	file_remove_tree(folder);
	return failed;
}
