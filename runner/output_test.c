/* Links and pipes in the place of what a build should have left. */
#include "runner/output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/attempt.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"

static char folder[] = "/tmp/output-test.XXXXXX";
static struct attempt attempt;

static int make(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL || chdir(folder) < 0 || mkdir("tree", 0700) < 0 ||
		mkdir("tree/out", 0700) < 0) {
		return -1;
	}
	attempt.worktree = alloc_format("%s/tree", folder);
	return file_write("token", "secret", 6) < 0 || file_write("tree/out/file", "plain", 5) < 0;
}

static int drop(void **state)
{
	(void)state;
	free(attempt.worktree);
	return file_remove_tree(folder);
}

/* What is read of a path in the worktree; "" when it is absent, NULL when it is refused. */
static char *read_of(const char *name)
{
	_free_ char *path = alloc_format("%s/%s", attempt.worktree, name);
	char *text = NULL;
	const int r = output_read(&attempt, path, 100, &text);
	return r == OUTPUT_ABSENT ? alloc_copy("") : text;
}

static void files_and_links_within_the_worktree_are_read(void **state)
{
	(void)state;
	assert_int_equal(symlink("out/file", "tree/inside"), 0);
	_free_ char *file = read_of("out/file");
	_free_ char *link = read_of("inside");
	_free_ char *absent = read_of("out/none");
	assert_string_equal(file, "plain");
	assert_string_equal(link, "plain");
	assert_string_equal(absent, "");
}

static void what_leads_out_of_the_worktree_is_refused(void **state)
{
	(void)state;
	_free_ char *token = alloc_format("%s/token", folder);
	assert_int_equal(symlink(token, "tree/absolute"), 0);
	assert_int_equal(symlink("../token", "tree/relative"), 0);
	assert_int_equal(symlink("..", "tree/folder"), 0);
	assert_null(read_of("absolute"));
	assert_null(read_of("relative"));
	assert_null(read_of("folder/token"));
	assert_null(read_of("../token"));
	assert_int_equal(symlink("/proc/self/environ", "tree/magic"), 0);
	assert_null(read_of("magic"));
}

static void what_is_no_file_is_refused_without_waiting(void **state)
{
	(void)state;
	assert_int_equal(mkfifo("tree/pipe", 0600), 0);
	assert_null(read_of("pipe"));
	assert_null(read_of("out"));
}

static void what_is_too_large_is_refused(void **state)
{
	(void)state;
	char bytes[101] = {0};
	assert_int_equal(file_write("tree/large", bytes, sizeof(bytes)), 0);
	assert_int_equal(file_write("tree/just", bytes, sizeof(bytes) - 1), 0);
	assert_null(read_of("large"));
	_free_ char *just = read_of("just");
	assert_non_null(just);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_and_links_within_the_worktree_are_read),
		cmocka_unit_test(what_leads_out_of_the_worktree_is_refused),
		cmocka_unit_test(what_is_no_file_is_refused_without_waiting),
		cmocka_unit_test(what_is_too_large_is_refused),
	};
	/* QEMU's user-mode emulation does not have it in version 7. */
	if (syscall(SYS_openat2, AT_FDCWD, ".", NULL, 0) < 0 && errno == ENOSYS) {
		puts("1..0 # SKIP there is no openat2 here");
		return 0;
	}
	return cmocka_run_group_tests(tests, make, drop);
}
