/* Archives of modules as somebody with ill intent packs them. */
#include "runner/modules.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "shared/file.h"

static char outside[] = "/tmp/modules-test-outside.XXXXXX";
static char inside[] = "/tmp/modules-test-inside.XXXXXX";

static const char *at(const char *folder, const char *name)
{
	static char path[2][128];
	static int turn;
	turn = !turn;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", folder, name);
	return path[turn];
}

static bool is_there(const char *folder, const char *name)
{
	struct stat st;
	return lstat(at(folder, name), &st) == 0;
}

static void nothing_of_an_archive_leads_to_this_host(void **state)
{
	(void)state;
	assert_int_equal(file_write(at(outside, "host.ko"), "host", 4), 0);
	assert_int_equal(file_mkdirs(at(inside, "lib/modules/6.1/kernel"), 0755), 0);
	assert_int_equal(file_write(at(inside, "lib/modules/6.1/kernel/xfs.ko"), "xfs", 3), 0);
	assert_int_equal(symlink(outside, at(inside, "lib/modules/6.1/extra")), 0);
	assert_int_equal(symlink(at(outside, "host.ko"), at(inside, "lib/modules/6.1/nvme.ko")), 0);
	assert_int_equal(symlink("xfs.ko", at(inside, "lib/modules/6.1/kernel/ext4.ko")), 0);
	assert_int_equal(mkfifo(at(inside, "lib/modules/6.1/kernel/pipe.ko"), 0600), 0);

	assert_int_equal(modules_tame(inside), 0);
	assert_true(is_there(inside, "lib/modules/6.1/kernel/xfs.ko"));
	assert_false(is_there(inside, "lib/modules/6.1/extra"));
	assert_false(is_there(inside, "lib/modules/6.1/nvme.ko"));
	assert_false(is_there(inside, "lib/modules/6.1/kernel/ext4.ko"));
	assert_false(is_there(inside, "lib/modules/6.1/kernel/pipe.ko"));
	assert_true(is_there(outside, "host.ko"));
}

int main(void)
{
	if (mkdtemp(outside) == NULL || mkdtemp(inside) == NULL) {
		return EXIT_FAILURE;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_of_an_archive_leads_to_this_host),
	};
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);
	file_remove_tree(outside);
	file_remove_tree(inside);
	return failed;
}
