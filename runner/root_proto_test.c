/* A folder as mkfs.xfs reads it; that mkfs.xfs does is seen where a root is made (ci/e2e). */
#include "runner/root_proto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"

static char folder[] = "/tmp/root-proto-test.XXXXXX";

static void put(const char *name, const char *text, mode_t mode)
{
	_free_ char *path = alloc_format("%s/%s", folder, name);
	assert_int_equal(file_write(path, text, strlen(text)), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static int make(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	_free_ char *bin = alloc_format("%s/bin", folder);
	_free_ char *empty = alloc_format("%s/empty", folder);
	_free_ char *link = alloc_format("%s/bin/sh", folder);
	assert_int_equal(mkdir(bin, 0755), 0);
	assert_int_equal(mkdir(empty, 0700), 0);
	assert_int_equal(symlink("dash", link), 0);
	put("bin/dash", "12345", 0755);
	put("bin/su", "", 04755);
	put("a name with spaces", "x", 0644);
	put("$", "x", 0644);
	return chmod(folder, 0755);
}

static int drop(void **state)
{
	(void)state;
	return file_remove_tree(folder);
}

static void folders_files_and_links_are_told_and_what_has_no_form_is_left(void **state)
{
	(void)state;
	char *text = NULL;
	size_t size = 0;
	int64_t bytes = 0;
	FILE *out = open_memstream(&text, &size);
	assert_int_equal(root_proto_write(folder, 4096, out, &bytes), 0);
	fclose(out);
	_free_ char *expected = alloc_format("/none\n0 0\nd--755 0 0\n"
					     " bin d--755 0 0\n"
					     "  dash ---755 0 0 %s/bin/dash\n"
					     "  sh l--777 0 0 dash\n"
					     "  su -u-755 0 0 %s/bin/su\n"
					     " $\n"
					     " empty d--700 0 0\n"
					     " $\n"
					     "$\n",
		folder, folder);
	assert_string_equal(text, expected);
	assert_int_equal(bytes, 6 * 4096 + 4096); /* an inode each, and the one file's block */
	free(text);
}

static void a_folder_that_is_not_there_is_a_fault(void **state)
{
	(void)state;
	int64_t bytes = 0;
	FILE *out = fopen("/dev/null", "we");
	assert_true(root_proto_write("/nowhere/at/all", 4096, out, &bytes) < 0);
	fclose(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folders_files_and_links_are_told_and_what_has_no_form_is_left),
		cmocka_unit_test(a_folder_that_is_not_there_is_a_fault),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
