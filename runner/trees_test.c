/* Which trees stay. */
#include "runner/trees.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"

enum { FILE_BYTES = 1 << 20 };

static char state_folder[] = "/tmp/trees-test.XXXXXX";

static int make(void **state)
{
	(void)state;
	if (mkdtemp(state_folder) == NULL || chdir(state_folder) < 0) {
		return -1;
	}
	return mkdir("mirrors", 0700) < 0 || mkdir("worktrees", 0700) < 0 || mkdir("tmp", 0700) < 0;
}

static int drop(void **state)
{
	(void)state;
	return file_remove_tree(state_folder);
}

/* A folder of one MiB that was last used so many days ago. */
static void tree(const char *path, int days)
{
	_free_ char *bytes = alloc_zero(1, FILE_BYTES);
	_free_ char *file = alloc_format("%s/source", path);
	file_remove_tree(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(file_write(file, bytes, FILE_BYTES), 0);
	const struct timespec used[] = {
		{.tv_sec = time(NULL) - days * 86400}, {.tv_sec = time(NULL) - days * 86400}};
	assert_int_equal(utimensat(AT_FDCWD, path, used, 0), 0);
}

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static void what_no_job_has_used_for_long_goes(void **state)
{
	(void)state;
	struct trees trees = {0};
	tree("mirrors/old.git", 31);
	tree("worktrees/old-x86_64", 31);
	tree("worktrees/used-again-x86_64", 31);
	trees_use("worktrees/used-again-x86_64");
	tree("mirrors/young.git", 29);
	trees_tidy(&trees, state_folder, INT64_MAX);
	assert_false(is_there("mirrors/old.git"));
	assert_false(is_there("worktrees/old-x86_64"));
	assert_true(is_there("worktrees/used-again-x86_64"));
	assert_true(is_there("mirrors/young.git"));
	assert_false(is_there("tmp/unused-tree"));
}

static void the_last_one_used_stays_however_old_and_large(void **state)
{
	(void)state;
	struct trees trees = {0};
	file_remove_tree("mirrors/young.git");
	tree("worktrees/used-again-x86_64", 400);
	trees_tidy(&trees, state_folder, 1);
	assert_true(is_there("worktrees/used-again-x86_64"));
}

static void what_is_too_much_goes_the_longest_unused_first(void **state)
{
	(void)state;
	struct trees trees = {0};
	tree("worktrees/used-again-x86_64", 3);
	tree("mirrors/a.git", 2);
	tree("worktrees/a-x86_64", 1);
	trees_tidy(&trees, state_folder, FILE_BYTES * 5 / 2);
	assert_false(is_there("worktrees/used-again-x86_64"));
	assert_true(is_there("mirrors/a.git"));
	assert_true(is_there("worktrees/a-x86_64"));
}

/* Looking at sizes takes seconds, so it is done when a tree is new, or a day later. */
static void sizes_are_looked_at_when_there_is_more(void **state)
{
	(void)state;
	struct trees trees = {0};
	trees_tidy(&trees, state_folder, INT64_MAX);
	trees_tidy(&trees, state_folder, 1);
	assert_true(is_there("mirrors/a.git"));
	tree("worktrees/b-x86_64", 0);
	trees_tidy(&trees, state_folder, 1);
	assert_false(is_there("mirrors/a.git"));
	assert_false(is_there("worktrees/a-x86_64"));
	assert_true(is_there("worktrees/b-x86_64"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_no_job_has_used_for_long_goes),
		cmocka_unit_test(the_last_one_used_stays_however_old_and_large),
		cmocka_unit_test(what_is_too_much_goes_the_longest_unused_first),
		cmocka_unit_test(sizes_are_looked_at_when_there_is_more),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
