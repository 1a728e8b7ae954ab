/* Archives that cpio itself reads. */
#include "runner/newc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "runner/process.h"
#include "shared/number.h"

static char path[] = "/tmp/newc-test.XXXXXX";

static int make(void **state)
{
	(void)state;
	FILE *out = fdopen(mkstemp(path), "w");
	struct newc newc;
	newc_init(&newc, out);
	newc_folder(&newc, "lib");
	newc_bytes(&newc, "lib/one", "1", 1, 0644);
	newc_bytes(&newc, "lib/empty", "", 0, 0600);
	const int r = newc_file(&newc, "init", "/proc/self/exe", 0755);
	const int end = newc_end(&newc);
	return fclose(out) != 0 || r != 0 || end != 0 ? -1 : 0;
}

static int remove_file(void **state)
{
	(void)state;
	return remove(path);
}

static void cpio_lists_what_was_written(void **state)
{
	(void)state;
	const char *const argv[] = {
		"sh", "-c", "cpio --quiet -itv <\"$0\" | awk '{print $1, $NF}'", path, NULL};
	const struct process_spec spec = {.argv = argv};
	char *list = NULL;
	int status = -1;
	assert_int_equal(process_capture(&spec, NULL, number_monotonic_ns() + 10000000000, 1,
				 &status, &list),
		0);
	assert_int_equal(status, 0);
	assert_string_equal(list,
		"drwxr-xr-x lib\n-rw-r--r-- lib/one\n-rw------- lib/empty\n-rwxr-xr-x init\n");
	free(list);
}

static void a_file_that_is_not_there_is_a_fault(void **state)
{
	(void)state;
	FILE *out = fopen("/dev/null", "w");
	struct newc newc;
	newc_init(&newc, out);
	assert_true(newc_file(&newc, "x", "/nonexistent", 0644) < 0);
	fclose(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpio_lists_what_was_written),
		cmocka_unit_test(a_file_that_is_not_there_is_a_fault),
	};
	return cmocka_run_group_tests(tests, make, remove_file);
}
