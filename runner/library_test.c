/* A root that is this host's own by another name, so that its libraries can be found on any
 * machine. */
#include "runner/library.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/file.h"
#include "shared/log.h"
#include "shared/number.h"

static char folder[] = "/tmp/library-test.XXXXXX";
static char own_program[] = "/usr/bin/env";
static struct attempt attempt;
static struct words found;

static int64_t soon_ns(void)
{
	return number_monotonic_ns() + 20 * 1000000000LL;
}

/* The architecture of this host's programs: under user-mode emulation not what uname says, and
 * found through our links, since the emulator has libraries of its own below /lib. */
static const struct arch *arch_of_programs(void)
{
	for (int i = 0; arch_at(i) != NULL; i++) {
		char path[128];
		const char *prefix = arch_at(i)->cross_compile;
		snprintf(path, sizeof(path), "%s/lib/%.*s/libc.so.6", folder,
			(int)strlen(prefix) - 1, prefix);
		if (access(path, R_OK) == 0) {
			return arch_at(i);
		}
	}
	return NULL;
}

static int make(void **state)
{
	(void)state;
	static const char *const links[] = {"/lib", "/lib64", "/usr"};
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		char path[64];
		snprintf(path, sizeof(path), "%s%s", folder, links[i]);
		if (access(links[i], F_OK) == 0 && symlink(links[i], path) < 0) {
			return -1;
		}
	}
	attempt.arch = arch_of_programs();
	attempt.until_ns = soon_ns();
	attempt.workload.program_path = own_program;
	return attempt.arch != NULL ? 0 : -1;
}

static int drop(void **state)
{
	(void)state;
	return file_remove_tree(folder);
}

static int forget(void **state)
{
	(void)state;
	words_fini(&found);
	found = (struct words){0};
	return 0;
}

static const char *find(const char *part)
{
	for (size_t i = 0; i < found.count; i++) {
		if (strstr(found.list[i], part) != NULL) {
			return found.list[i];
		}
	}
	fail_msg("no library '%s' in the list of %zu", part, found.count);
	return NULL;
}

static void a_static_program_needs_none(void **state)
{
	(void)state;
	attempt.workload.root = NULL;
	assert_int_equal(library_list(&attempt, soon_ns(), &found), 0);
	assert_int_equal(found.count, 0);
}

static void the_hosts_own_loader_knows(void **state)
{
	(void)state;
	static char host[] = "";
	attempt.workload.root = host;
	assert_int_equal(library_list(&attempt, soon_ns(), &found), 0);
	assert_int_equal(access(find("/libc.so"), R_OK), 0);
}

static void headers_tell_the_loader_and_what_libraries_need_in_turn(void **state)
{
	(void)state;
	attempt.workload.root = folder;
	assert_int_equal(library_list(&attempt, soon_ns(), &found), 0);
	assert_true(found.count >= 2);
	const char *libc = find("/libc.so");
	const char *loader = find("/ld");
	assert_int_equal(strncmp(libc, folder, strlen(folder)), 0);
	assert_int_equal(strncmp(loader, folder, strlen(folder)), 0);
	assert_int_equal(access(loader, R_OK), 0);
}

static void a_library_that_is_not_there_is_named(void **state)
{
	(void)state;
	static char empty[] = "/nowhere";
	attempt.workload.root = empty;
	assert_true(library_list(&attempt, soon_ns(), &found) < 0);
	assert_non_null(strstr(log_last(), "needs"));
	assert_non_null(strstr(log_last(), empty));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_static_program_needs_none, forget),
		cmocka_unit_test_teardown(the_hosts_own_loader_knows, forget),
		cmocka_unit_test_teardown(
			headers_tell_the_loader_and_what_libraries_need_in_turn, forget),
		cmocka_unit_test_teardown(a_library_that_is_not_there_is_named, forget),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
