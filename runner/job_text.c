/* json_unpack for the shape, tables for the words and numbers. */
#include "runner/job_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "shared/name.h"
#include "shared/protocol.h"

struct job_word {
	const char *name, *value;
	bool (*is_good)(const char *text);
	bool is_needed;
};

struct job_number {
	const char *name;
	int64_t value, low, high;
};

/* jansson's optional members may be absent but not null; to us that is the same. */
static void job_drop_nulls(json_t *doc)
{
	const char *key;
	json_t *value;
	void *next;
	json_object_foreach_safe(doc, next, key, value)
	{
		if (json_is_null(value)) {
			json_object_del(doc, key);
		} else {
			job_drop_nulls(value);
		}
	}
}

static int job_unpack(json_t *doc, struct job *j, char *why)
{
	json_error_t error;
	json_t *prebuilt = NULL;
	json_t *running = NULL;
	json_t *image = NULL;
	json_t *modules = NULL;
	const int r = json_unpack_ex(doc, &error, 0,
		"{s:I, s:{s:s, s:s, s?s, s?s}, s:{s:s, s?s, s?o, s?o, s?o, s?o}, s:{s:s, s:s, s:I, "
		"s:s, s:s, s?s, s?s,"
		" s:I, s?I, s?I, s?I, s?s, s:s, s?o, s:I, s:I, s:I, s:I, s:I, s?I}}",
		"id", &j->id, "tree", "name", &j->tree.name, "kind", &j->tree.kind, "url",
		&j->tree.url, "branch", &j->tree.branch, "revision", "hash", &j->revision.hash,
		"commit", &j->revision.commit, "patches", &j->revision.patches, "reverts",
		&j->revision.reverts, "prebuilt", &prebuilt, "running", &running, "profile", "name",
		&j->profile.name, "arch", &j->profile.arch, "page_size", &j->profile.page_size,
		"config", &j->profile.config, "fs", &j->profile.fs, "mkfs_options",
		&j->profile.mkfs_options, "mount_options", &j->profile.mount_options, "block_size",
		&j->profile.block_size, "memory_mb", &j->profile.memory_mb, "cpus",
		&j->profile.cpus, "numa_nodes", &j->profile.numa_nodes, "cmdline",
		&j->profile.cmdline, "workload", &j->profile.workload, "workload_args",
		&j->profile.workload_args, "duration_s", &j->profile.duration_s, "build_limit_s",
		&j->profile.build_limit_s, "boot_limit_s", &j->profile.boot_limit_s,
		"silence_limit_s", &j->profile.silence_limit_s, "attempt_limit_s",
		&j->profile.attempt_limit_s, "migrations", &j->profile.migrations);
	if (r < 0) {
		snprintf(why, JOB_TEXT_WHY_MAX, "%s", error.text);
		return -1;
	}
	json_unpack(prebuilt, "{s?s, s?o, s?o}", "release", &j->revision.release, "image", &image,
		"modules", &modules);
	json_unpack(running, "{s?s}", "release", &j->revision.running);
	json_unpack(image, "{s?s, s?s}", "sha256", &j->revision.image_sha256, "url",
		&j->revision.image_url);
	json_unpack(modules, "{s?s, s?s}", "sha256", &j->revision.modules_sha256, "url",
		&j->revision.modules_url);
	return 0;
}

enum job_kind job_kind(const struct job *j)
{
	if (j->revision.running != NULL) {
		return JOB_RUNNING;
	}
	return strcmp(j->tree.kind, "git") == 0 ? JOB_GIT : JOB_PREBUILT;
}

static int job_check_words(const struct job *j, char *why)
{
	const bool is_git = job_kind(j) == JOB_GIT;
	const struct job_word words[] = {
		{"profile.arch", j->profile.arch, name_is_part, true},
		{"profile.cmdline", j->profile.cmdline, name_is_cmdline, true},
		{"profile.config", j->profile.config, name_is_part, true},
		{"profile.fs", j->profile.fs, name_is_part, true},
		{"profile.mkfs_options", j->profile.mkfs_options, name_is_options, true},
		{"profile.mount_options", j->profile.mount_options, name_is_word, true},
		{"profile.workload", j->profile.workload, name_is_part, true},
		{"revision.commit", j->revision.commit, name_is_commit, is_git},
		{"revision.hash", j->revision.hash, name_is_sha256, true},
		{"revision.prebuilt.image.sha256", j->revision.image_sha256, name_is_sha256,
			job_kind(j) == JOB_PREBUILT},
		{"revision.prebuilt.image.url", j->revision.image_url, name_is_url, false},
		{"revision.prebuilt.modules.sha256", j->revision.modules_sha256, name_is_sha256,
			false},
		{"revision.prebuilt.modules.url", j->revision.modules_url, name_is_url, false},
		{"revision.prebuilt.release", j->revision.release, name_is_release, false},
		{"revision.running.release", j->revision.running, name_is_release, false},
		{"tree.name", j->tree.name, name_is_part, true},
		{"tree.url", j->tree.url, name_is_url, is_git},
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].value == NULL ? words[i].is_needed
					   : !words[i].is_good(words[i].value)) {
			snprintf(why, JOB_TEXT_WHY_MAX, "%s is %s", words[i].name,
				words[i].value == NULL ? "missing" : "not allowed as it is");
			return -1;
		}
	}
	return 0;
}

static int job_check_numbers(const struct job *j, char *why)
{
	const bool is_own = job_kind(j) == JOB_RUNNING; /* the machine's: nothing is said of it */
	const struct job_number numbers[] = {
		{"attempt_limit_s", j->profile.attempt_limit_s, 1, PROTOCOL_LIMIT_MAX_S},
		{"block_size", j->profile.block_size, 512, 65536},
		{"boot_limit_s", j->profile.boot_limit_s, 1, PROTOCOL_LIMIT_MAX_S},
		{"build_limit_s", j->profile.build_limit_s, 1, PROTOCOL_LIMIT_MAX_S},
		{"cpus", j->profile.cpus, !is_own, is_own ? 0 : 1024},
		{"duration_s", j->profile.duration_s, 1, 86400},
		{"migrations", j->profile.migrations, 0, INT64_MAX},
		{"memory_mb", j->profile.memory_mb, is_own ? 0 : 64, is_own ? 0 : 1048576},
		{"numa_nodes", j->profile.numa_nodes, !is_own, is_own ? 0 : 64},
		{"page_size", j->profile.page_size, 4096, 65536},
		{"silence_limit_s", j->profile.silence_limit_s, 1, PROTOCOL_LIMIT_MAX_S},
	};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (numbers[i].value < numbers[i].low || numbers[i].value > numbers[i].high) {
			snprintf(why, JOB_TEXT_WHY_MAX, "profile.%s is %lld, not from %lld to %lld",
				numbers[i].name, (long long)numbers[i].value,
				(long long)numbers[i].low, (long long)numbers[i].high);
			return -1;
		}
	}
	return 0;
}

static int job_check_lists(const struct job *j, char *why)
{
	size_t i;
	json_t *item;
	json_array_foreach(j->revision.patches, i, item)
	{
		const char *sha256 = json_string_value(json_object_get(item, "sha256"));
		if (sha256 == NULL || !name_is_sha256(sha256)) {
			snprintf(why, JOB_TEXT_WHY_MAX, "patch %zu has no sha256", i);
			return -1;
		}
	}
	json_array_foreach(j->revision.reverts, i, item)
	{
		if (!json_is_string(item) || !name_is_commit(json_string_value(item))) {
			snprintf(why, JOB_TEXT_WHY_MAX, "revert %zu is no commit id", i);
			return -1;
		}
	}
	json_array_foreach(j->profile.workload_args, i, item)
	{
		if (!json_is_string(item) || !name_is_word(json_string_value(item))) {
			snprintf(
				why, JOB_TEXT_WHY_MAX, "workload argument %zu is no name=value", i);
			return -1;
		}
	}
	return 0;
}

int job_text_read(json_t *doc, struct job *job, char why[JOB_TEXT_WHY_MAX])
{
	*job = (struct job){.doc = json_incref(doc)};
	job->profile.mkfs_options = job->profile.mount_options = job->profile.cmdline = "";
	job_drop_nulls(doc);
	int r = job_unpack(doc, job, why);
	r = r < 0 ? r : job_check_words(job, why);
	r = r < 0 ? r : job_check_numbers(job, why);
	return r < 0 ? r : job_check_lists(job, why);
}

void job_fini(struct job *job)
{
	json_decref(job->doc);
	*job = (struct job){0};
}
