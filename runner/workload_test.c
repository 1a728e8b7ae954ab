/* The workloads of this repository, an operator's own beside them, and what a profile is refused.
 */
#include "runner/workload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"

static char own_folder[] = "/tmp/workload-test.XXXXXX";
static struct config config = {.own_workloads = own_folder,
	.workloads_folder = (char *)"runner/workloads",
	.guest_folder = (char *)"build/guest",
	.roots = (char *)"/nowhere"};

static void put(const char *name, const char *text, mode_t mode)
{
	_free_ char *path = alloc_format("%s/%s", own_folder, name);
	_free_ char *folder = alloc_copy_n(path, (size_t)(strrchr(path, '/') - path));
	assert_int_equal(file_mkdirs(folder, 0755), 0);
	assert_int_equal(file_write(path, text, strlen(text)), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static int make(void **state)
{
	(void)state;
	if (mkdtemp(own_folder) == NULL) {
		return -1;
	}
	put("mine/manifest.json",
		"{\"name\": \"mine\", \"summary\": \"s\", \"program\": \"work\", \"needs\": "
		"{\"numa_nodes\": 2, \"memory_mb\": 256, \"file_systems\": [\"xfs\"]}, "
		"\"arguments\": [{\"name\": \"n\", \"flag\": \"-n\", \"type\": \"int\", "
		"\"default\": "
		"1}]}",
		0644);
	put("mine/work", "#!/bin/sh\n", 0755);
	put("stress-ng/manifest.json",
		"{\"name\": \"stress-ng\", \"summary\": \"in place of the installed one\", "
		"\"program\": \"work\"}",
		0644);
	put("stress-ng/arm64/work", "#!/bin/sh\n", 0755);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	return file_remove_tree(own_folder);
}

static void every_manifest_of_ours_can_be_read(void **state)
{
	(void)state;
	static const char *const names[] = {
		"kernel-compile", "migrate-hot", "migrate-reader", "stress-ng"};
	struct config installed = config;
	installed.own_workloads = NULL;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct workload w;
		const int r = workload_read(&installed, arch_at(0), names[i], &w);
		/* its program may not be built or installed */
		assert_true(r == 0 || r == WORKLOAD_NO_PROGRAM);
		assert_string_equal(w.manifest.name, names[i]);
		char *arguments = NULL;
		assert_int_equal(workload_arguments(&w, NULL, &arguments), 0);
		assert_null(strchr(arguments, ' '));
		free(arguments);
		workload_fini(&w);
	}
}

static void the_presets_give_the_words_they_always_gave(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{"migrate-hot", "-R,2,-S,64,-c,0,-f,1,-h,0,-k,256,-m,1,-r,0"},
		{"migrate-reader", "-R,1,-S,4096,-c,0,-f,16,-h,0,-k,4096,-m,1,-r,2"}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct workload w;
		char *arguments = NULL;
		assert_true(workload_read(&config, arch_at(0), rows[i][0], &w) >= 0);
		assert_int_equal(workload_arguments(&w, NULL, &arguments), 0);
		assert_string_equal(arguments, rows[i][1]);
		free(arguments);
		workload_fini(&w);
	}
}

static void the_operators_own_come_before_the_installed_ones(void **state)
{
	(void)state;
	struct workload w;
	_words_ struct words names = {0};
	assert_int_equal(workload_read(&config, arch_find("x86_64"), "mine", &w), 0);
	assert_non_null(strstr(w.program_path, "/mine/work"));
	assert_string_equal(w.program_guest, "/workloads/work");
	assert_null(w.root);
	workload_fini(&w);
	assert_int_equal(workload_read(&config, arch_find("arm64"), "stress-ng", &w), 0);
	assert_non_null(strstr(w.program_path, "/stress-ng/arm64/work"));
	workload_fini(&w);
	assert_int_equal(
		workload_read(&config, arch_find("x86_64"), "stress-ng", &w), WORKLOAD_NO_PROGRAM);
	workload_fini(&w);
	workload_names(&config, &names);
	assert_int_equal(names.count, 5);
	assert_string_equal(names.list[0], "mine");
	assert_string_equal(names.list[1], "stress-ng");
	assert_string_equal(names.list[2], "kernel-compile");
}

static void names_that_are_paths_are_unknown(void **state)
{
	(void)state;
	static const char *const names[] = {"..", "../configs", "", "no-such", "migrate.c"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct workload w;
		assert_int_equal(
			workload_read(&config, arch_at(0), names[i], &w), WORKLOAD_UNKNOWN);
		workload_fini(&w);
	}
}

static void check_refused(
	int64_t nodes, int64_t memory_mb, const char *fs, const char *argument, const char *said)
{
	struct workload w;
	struct job job = {.profile = {.numa_nodes = nodes, .memory_mb = memory_mb, .fs = fs}};
	job.profile.workload_args = json_pack("[s]", argument);
	assert_true(workload_read(&config, arch_at(0), "mine", &w) >= 0);
	_free_ char *why = workload_refuse(&w, &job);
	if (said == NULL) {
		assert_null(why);
	} else {
		assert_non_null(why);
		assert_non_null(strstr(why, said));
	}
	json_decref(job.profile.workload_args);
	workload_fini(&w);
}

static void a_profile_that_does_not_fit_is_refused_in_words(void **state)
{
	(void)state;
	check_refused(2, 256, "xfs", "n=3", NULL);
	check_refused(0, 0, "xfs", "n=3", NULL);
	check_refused(
		1, 256, "xfs", "n=3", "workload 'mine' needs 2 NUMA nodes, the profile has 1");
	check_refused(2, 128, "xfs", "n=3", "needs 256 MiB of memory, the profile has 128");
	check_refused(2, 256, "ext4", "n=3", "does not run on the file system 'ext4'");
	check_refused(2, 256, "xfs", "n=x", "argument 'n' takes a whole number, not 'x'");
	check_refused(2, 256, "xfs", "m=1", "there is no argument 'm=1'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_manifest_of_ours_can_be_read),
		cmocka_unit_test(the_presets_give_the_words_they_always_gave),
		cmocka_unit_test(the_operators_own_come_before_the_installed_ones),
		cmocka_unit_test(names_that_are_paths_are_unknown),
		cmocka_unit_test(a_profile_that_does_not_fit_is_refused_in_words),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
