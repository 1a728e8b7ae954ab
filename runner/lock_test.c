/* One file, two who want it. */
#include "runner/lock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/log.h"

static char folder[] = "/tmp/lock-test.XXXXXX";
static char path[sizeof(folder) + 8];

static int make(void **state)
{
	(void)state;
	const bool is_made = mkdtemp(folder) != NULL;
	snprintf(path, sizeof(path), "%s/lock", folder);
	return is_made ? 0 : -1;
}

static int drop(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void who_comes_second_is_told_who_was_first(void **state)
{
	(void)state;
	int first = -1;
	int second = -1;
	char want[64];
	assert_int_equal(lock_take(path, "is here", &first), 0);
	assert_true(lock_take(path, "is here", &second) < 0);
	assert_int_equal(second, -1);
	snprintf(want, sizeof(want), "another runner (process %d) is here", getpid());
	assert_non_null(strstr(log_last(), want));
	close(first);
	assert_int_equal(lock_take(path, "is here", &second), 0);
	close(second);
}

static void a_holder_of_an_earlier_kind_has_no_number(void **state)
{
	(void)state;
	int first = -1;
	int second = -1;
	assert_int_equal(lock_take(path, "is here", &first), 0);
	assert_int_equal(ftruncate(first, 0), 0);
	assert_true(lock_take(path, "is here", &second) < 0);
	assert_non_null(strstr(log_last(), "another runner is here"));
	close(first);
}

static void a_link_is_not_followed(void **state)
{
	(void)state;
	int fd = -1;
	unlink(path);
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_true(lock_take(path, "is here", &fd) < 0);
	assert_int_equal(fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_comes_second_is_told_who_was_first),
		cmocka_unit_test(a_holder_of_an_earlier_kind_has_no_number),
		cmocka_unit_test(a_link_is_not_followed),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
