/* Whose last words are taken, and in which order. */
#include "runner/pstore.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"

static char folder[] = "/tmp/pstore-test.XXXXXX";

static int make(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int drop(void **state)
{
	(void)state;
	return file_remove_tree(folder);
}

static void put(const char *name, const char *text, time_t at)
{
	_free_ char *path = alloc_format("%s/kept/%s", folder, name);
	_free_ char *above = alloc_copy_n(path, (size_t)(strrchr(path, '/') - path));
	const struct timespec times[2] = {{.tv_sec = at}, {.tv_sec = at}};
	assert_int_equal(file_mkdirs(above, 0755), 0);
	assert_int_equal(file_write(path, text, strlen(text)), 0);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void parts_of_this_attempt_come_oldest_first_and_nothing_else(void **state)
{
	(void)state;
	enum { CLAIMED_AT = 1000000 };
	_free_ char *kept = alloc_format("%s/kept", folder);
	const struct config config = {.pstore = kept};
	struct spool spool = {.path = folder};
	put("dmesg-efi-2", "the middle", CLAIMED_AT + 5);
	put("dmesg-efi-1", "the end", CLAIMED_AT + 5);
	put("archived/dmesg-efi-3", "an archive", CLAIMED_AT + 9);
	put("dmesg-efi-0", "another day", CLAIMED_AT - 86400);
	put("console-ramoops-0", "a console", CLAIMED_AT + 5);
	assert_int_equal(pstore_take(&config, CLAIMED_AT, &spool), 3);
	_free_ char *path = spool_path(&spool, "console");
	_free_ char *text = NULL;
	assert_int_equal(file_read(path, 65536, &text, NULL), 0);
	assert_true(strstr(text, "the middle\n") < strstr(text, "the end\n"));
	assert_non_null(strstr(text, "/archived/dmesg-efi-3\nan archive\n"));
	assert_null(strstr(text, "another day"));
	assert_null(strstr(text, "a console"));
}

static void a_machine_without_pstore_has_no_words(void **state)
{
	(void)state;
	const struct config config = {.pstore = (char *)"/nonexistent"};
	const struct spool spool = {.path = folder};
	assert_int_equal(pstore_take(&config, 0, &spool), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_of_this_attempt_come_oldest_first_and_nothing_else),
		cmocka_unit_test(a_machine_without_pstore_has_no_words),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
