/* Jobs as the server writes them, and as it must not. */
#include "runner/job_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static const char job_git[] =
	"{\"id\":7,\"run_id\":3,\"priority\":50,\"attempt_number\":1,"
	"\"tree\":{\"name\":\"demo\",\"kind\":\"git\",\"url\":\"/srv/demo\",\"branch\":\"main\"},"
	"\"revision\":{\"id\":1,\"hash\":"
	"\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\","
	"\"commit\":\"0123456789abcdef0123456789abcdef01234567\",\"subject\":\"s\",\"patches\":[],"
	"\"reverts\":[],"
	"\"prebuilt\":null},"
	"\"profile\":{\"name\":\"p\",\"arch\":\"x86_64\",\"page_size\":4096,\"config\":\"base\","
	"\"fs\":\"xfs\","
	"\"mkfs_options\":\"\",\"mount_options\":\"rw,noatime\",\"block_size\":1024,\"memory_mb\":"
	"512,\"cpus\":2,"
	"\"numa_nodes\":2,\"cmdline\":\"\",\"workload\":\"migrate-hot\",\"workload_args\":["
	"\"readers=2\"],"
	"\"duration_s\":10,\"build_limit_s\":3600,\"boot_limit_s\":120,\"silence_limit_s\":60,"
	"\"attempt_limit_s\":7200}}";

struct change {
	const char *path;  /* up to three member names, parted by dots */
	const char *value; /* JSON; NULL: the member is removed */
	const char *why;   /* part of the complaint; NULL: it is fine */
};

static void change_at(json_t *doc, const char *path, json_t *value)
{
	char part[64];
	while (strchr(path, '.') != NULL) {
		snprintf(part, sizeof(part), "%.*s", (int)strcspn(path, "."), path);
		doc = json_object_get(doc, part);
		path = strchr(path, '.') + 1;
	}
	if (value == NULL) {
		json_object_del(doc, path);
	} else {
		json_object_set_new(doc, path, value);
	}
}

static void check(const struct change *changes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char why[JOB_TEXT_WHY_MAX] = "";
		struct job job;
		json_t *doc = json_loads(job_git, 0, NULL);
		assert_non_null(doc);
		json_t *value = changes[i].value != NULL
					? json_loads(changes[i].value, JSON_DECODE_ANY, NULL)
					: NULL;
		change_at(doc, changes[i].path, value);
		const int r = job_text_read(doc, &job, why);
		if (changes[i].why == NULL) {
			assert_string_equal(why, "");
			assert_int_equal(r, 0);
		} else {
			assert_true(r < 0);
			assert_non_null(strstr(why, changes[i].why));
		}
		job_fini(&job);
		json_decref(doc);
	}
}

static void a_job_is_read_whole(void **state)
{
	(void)state;
	char why[JOB_TEXT_WHY_MAX];
	struct job job;
	json_t *doc = json_loads(job_git, 0, NULL);
	assert_int_equal(job_text_read(doc, &job, why), 0);
	json_decref(doc);
	assert_int_equal(job.id, 7);
	assert_string_equal(job.tree.url, "/srv/demo");
	assert_string_equal(job.profile.mount_options, "rw,noatime");
	assert_int_equal(job.profile.silence_limit_s, 60);
	assert_int_equal(json_array_size(job.profile.workload_args), 1);
	assert_null(job.revision.image_sha256);
	job_fini(&job);
}

static void what_is_null_counts_as_absent(void **state)
{
	(void)state;
	static const struct change changes[] = {
		{"profile.cmdline", "null", NULL},
		{"profile.workload_args", "null", NULL},
		{"revision.patches", "null", NULL},
		{"revision.commit", "null", "revision.commit is missing"},
		{"tree.url", "null", "tree.url is missing"},
	};
	check(changes, sizeof(changes) / sizeof(changes[0]));
}

static void a_prebuilt_kernel_needs_its_image(void **state)
{
	(void)state;
	static const char sha[] =
		"\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"";
	char text[300];
	snprintf(text, sizeof(text),
		"{\"release\":\"6.1\",\"image\":{\"sha256\":%s,\"url\":null},\"modules\":null}",
		sha);
	for (int i = 0; i < 2; i++) {
		char why[JOB_TEXT_WHY_MAX] = "";
		struct job job;
		json_t *doc = json_loads(job_git, 0, NULL);
		change_at(doc, "tree",
			json_pack(
				"{s:s, s:s, s:n}", "name", "prebuilt", "kind", "prebuilt", "url"));
		change_at(
			doc, "revision.prebuilt", i == 0 ? json_loads(text, 0, NULL) : json_null());
		change_at(doc, "revision.commit", json_null());
		assert_int_equal(job_text_read(doc, &job, why), i == 0 ? 0 : -1);
		assert_true(i == 0 || strstr(why, "prebuilt.image.sha256 is missing") != NULL);
		job_fini(&job);
		json_decref(doc);
	}
}

static void a_running_kernel_needs_a_release_and_nothing_of_the_machine(void **state)
{
	(void)state;
	static const struct {
		const char *running;
		int64_t memory_mb; /* < 0: left to the machine */
		const char *why;
	} rows[] = {
		{"{\"release\":\"6.1.0-50-powerpc64le\"}", -1, NULL},
		{"{\"release\":\"6.1.0 x\"}", -1, "revision.running.release"},
		{"{\"release\":\"6.1.0\"}", 512, "profile.memory_mb"},
		{"null", -1, "image.sha256 is missing"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char why[JOB_TEXT_WHY_MAX] = "";
		struct job job;
		json_t *doc = json_loads(job_git, 0, NULL);
		change_at(doc, "tree",
			json_pack("{s:s, s:s}", "name", "running", "kind", "prebuilt"));
		change_at(doc, "revision.running",
			json_loads(rows[i].running, JSON_DECODE_ANY, NULL));
		change_at(doc, "profile.memory_mb",
			rows[i].memory_mb < 0 ? json_null() : json_integer(rows[i].memory_mb));
		change_at(doc, "profile.cpus", json_null());
		change_at(doc, "profile.numa_nodes", json_null());
		assert_int_equal(job_text_read(doc, &job, why), rows[i].why == NULL ? 0 : -1);
		assert_true(rows[i].why == NULL ? job_kind(&job) == JOB_RUNNING
						: strstr(why, rows[i].why) != NULL);
		job_fini(&job);
		json_decref(doc);
	}
}

static void nothing_unchecked_gets_through(void **state)
{
	(void)state;
	static const struct change changes[] = {
		{"id", "\"7\"", "integer"},
		{"profile", NULL, "profile"},
		{"profile.arch", "\"../../etc\"", "profile.arch"},
		{"profile.block_size", "511", "profile.block_size is 511"},
		{"profile.cmdline", "\"quiet -- program=/bin/sh\"", "profile.cmdline"},
		{"profile.config", "\"a/b\"", "profile.config"},
		{"profile.cpus", "0", "profile.cpus"},
		{"profile.duration_s", "-1", "profile.duration_s"},
		{"profile.fs", "\"-xfs\"", "profile.fs"},
		{"profile.memory_mb", "99999999999", "profile.memory_mb"},
		{"profile.mkfs_options", "\"-d file,name=/etc/passwd\"", "profile.mkfs_options"},
		{"profile.mount_options", "\"rw noatime\"", "profile.mount_options"},
		{"profile.workload", "\"..\"", "profile.workload"},
		{"profile.workload_args", "[3]", "workload argument 0"},
		{"profile.workload_args", "[\"a b\"]", "workload argument 0"},
		{"revision.commit", "\"--upload-pack=x\"", "revision.commit"},
		{"revision.patches", "[{\"subject\":\"x\"}]", "patch 0"},
		{"revision.reverts", "[\"HEAD\"]", "revert 0"},
		{"tree.name", "\".git\"", "tree.name"},
		{"tree.url", "\"--exec=sh\"", "tree.url"},
		{"tree", "[]", "object"},
	};
	check(changes, sizeof(changes) / sizeof(changes[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_job_is_read_whole),
		cmocka_unit_test(what_is_null_counts_as_absent),
		cmocka_unit_test(a_prebuilt_kernel_needs_its_image),
		cmocka_unit_test(a_running_kernel_needs_a_release_and_nothing_of_the_machine),
		cmocka_unit_test(nothing_unchecked_gets_through),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
