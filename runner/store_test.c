/* What is kept by content, in a folder of its own. */
#include "runner/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/alloc.h"

static char state_folder[] = "/tmp/store-test.XXXXXX";

static int make(void **state)
{
	(void)state;
	if (mkdtemp(state_folder) == NULL || chdir(state_folder) < 0) {
		return -1;
	}
	return mkdir("blobs", 0700) < 0 || mkdir("keys", 0700) < 0 || mkdir("tmp", 0700) < 0 ? -1
											     : 0;
}

static int drop(void **state)
{
	(void)state;
	return file_remove_tree(state_folder);
}

/* Puts text in; answers its hash. */
static void keep(const char *text, char sha256[FILE_SHA256_HEX])
{
	char *path = store_temporary(state_folder, "test");
	FILE *file = fopen(path, "w");
	fputs(text, file);
	fclose(file);
	assert_int_equal(store_take(state_folder, path, sha256), 0);
	assert_int_equal(access(path, F_OK), -1);
	free(path);
}

static bool is_kept(const char *sha256)
{
	char *path = NULL;
	const int r = store_find(state_folder, sha256, &path);
	free(path);
	return r == 0;
}

static void the_same_content_is_kept_once_under_its_hash(void **state)
{
	(void)state;
	char first[FILE_SHA256_HEX];
	char second[FILE_SHA256_HEX];
	keep("hello\n", first);
	keep("hello\n", second);
	assert_string_equal(
		first, "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
	assert_string_equal(second, first);
	assert_true(is_kept(first));
	assert_int_equal(store_link(state_folder, first, "linked"), 0);
	assert_int_equal(store_link(state_folder, first, "linked"), 0);
	assert_int_equal(store_link(state_folder, state_folder + 1, "other"), STORE_ABSENT);
}

static void what_was_made_is_remembered_by_its_inputs(void **state)
{
	(void)state;
	json_t *json = json_pack("{s:s}", "sha256", "x");
	json_t *known = NULL;
	assert_int_equal(store_recall(state_folder, "initrd", "key", &known), STORE_ABSENT);
	assert_int_equal(store_remember(state_folder, "initrd", "key", json), 0);
	assert_int_equal(store_recall(state_folder, "kernel", "key", &known), STORE_ABSENT);
	assert_int_equal(store_recall(state_folder, "initrd", "key", &known), 0);
	assert_true(json_equal(known, json));
	json_decref(known);
	json_decref(json);
}

static void trimming_drops_the_longest_unused_and_no_link(void **state)
{
	(void)state;
	char shas[4][FILE_SHA256_HEX];
	for (int i = 0; i < 4; i++) {
		static char text[65537];
		memset(text, 'a' + i, 65536);
		keep(text, shas[i]);
		char *path = alloc_format("blobs/%s", shas[i]);
		const struct timespec used[2] = {{.tv_sec = 1000 + i}, {.tv_sec = 1000 + i}};
		assert_int_equal(utimensat(AT_FDCWD, path, used, 0), 0);
		free(path);
	}
	assert_true(is_kept(shas[0])); /* and so it is the newest */
	assert_int_equal(store_link(state_folder, shas[1], "running"), 0);
	char *path = alloc_format("blobs/%s", shas[1]);
	const struct timespec used[2] = {{.tv_sec = 1001}, {.tv_sec = 1001}};
	assert_int_equal(utimensat(AT_FDCWD, path, used, 0), 0);
	free(path);
	store_trim(state_folder, "blobs", 3 * 65536); /* two, and the few bytes of the other test */
	assert_false(is_kept(shas[1]));
	assert_false(is_kept(shas[2]));
	assert_true(is_kept(shas[0]));
	assert_int_equal(access("running", R_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_content_is_kept_once_under_its_hash),
		cmocka_unit_test(what_was_made_is_remembered_by_its_inputs),
		cmocka_unit_test(trimming_drops_the_longest_unused_and_no_link),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
