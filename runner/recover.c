/* What is safe to do only while the state folder is locked and nothing runs. */
#include "runner/recover.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/git.h"
#include "runner/lock.h"
#include "runner/process.h"
#include "runner/pstore.h"
#include "runner/result.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"

static const char *const recover_folders[] = {
	"blobs", "ccache", "disks", "keys", "mirrors", "spool", "tmp", "vmlinux", "worktrees"};

int recover_lock(const struct config *config)
{
	for (size_t i = 0; i < sizeof(recover_folders) / sizeof(recover_folders[0]); i++) {
		_free_ char *path = alloc_format("%s/%s", config->state, recover_folders[i]);
		if (file_mkdirs(path, 0755) < 0) {
			return -1;
		}
	}
	_free_ char *path = alloc_format("%s/lock", config->state);
	_free_ char *does = alloc_format("uses '%s'", config->state);
	int fd = -1;
	const int r = lock_take(path, does, &fd);
	return r < 0 ? r : fd;
}

/* Lock files of git; objects are named by content and are not walked but for half-written packs. */
static int recover_git_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	const char *name = path + ftw->base;
	const size_t n = strlen(name);
	if (type == FTW_D && ftw->level > 0 && strlen(name) == 2 &&
		strstr(path, "/objects/") != NULL) {
		return FTW_SKIP_SUBTREE;
	}
	const bool is_lock = n > 5 && strcmp(name + n - 5, ".lock") == 0;
	if (type == FTW_F && (is_lock || strncmp(name, "tmp_", 4) == 0)) {
		log_warning("removing '%s', left by an earlier runner", path);
		unlink(path);
	}
	return FTW_CONTINUE;
}

void recover_sweep(const struct config *config)
{
	_free_ char *mirrors = alloc_format("%s/mirrors", config->state);
	_free_ char *temporary = alloc_format("%s/tmp", config->state);
	process_sweep(PROCESS_MARK_STATE, config->state);
	nftw(mirrors, recover_git_file, 32, FTW_PHYS | FTW_ACTIONRETVAL);
	file_remove_tree(temporary);
	file_mkdirs(temporary, 0755);
	git_prepare(config->state);
}

static time_t recover_claimed_at(const struct spool *spool)
{
	_free_ char *path = spool_path(spool, "job.json");
	struct stat st;
	return stat(path, &st) == 0 ? st.st_mtime : 0;
}

/* The machine's own kernel was stressed. In another boot than this one it went down meanwhile; what
 * pstore kept of it tells whether the kernel did that, or the power. */
static void recover_running(const struct config *config, const struct spool *spool,
	const json_t *running, struct attempt *lost)
{
	const char *then = NULL;
	const char *release = NULL;
	json_int_t page_size = 0;
	char now[SELF_BOOT_ID];
	if (json_unpack((json_t *)running, "{s:s, s:s, s:I, s:s}", "boot_id", &then, "release",
		    &release, "page_size", &page_size, "accel", &lost->accel) < 0) {
		return;
	}
	snprintf(lost->release, sizeof(lost->release), "%s", release);
	lost->page_size = page_size;
	self_boot_id(now);
	if (strcmp(then, now) == 0) {
		return;
	}
	const bool is_told = pstore_take(config, recover_claimed_at(spool), spool) > 0;
	lost->result = is_told ? RESULT_CRASH : RESULT_INTERRUPTED;
	free(lost->detail);
	lost->detail = alloc_format("the machine went down during the attempt, %s",
		is_told ? "with the kernel's last words at the end of the console"
			: "and pstore has no word of its kernel");
}

/* 0; SPOOL_ABSENT when nothing was claimed yet. */
static int recover_result(const struct config *config, const struct spool *spool)
{
	_json_ json_t *known = NULL;
	_json_ json_t *job = NULL;
	_json_ json_t *attempt = NULL;
	if (spool_read(spool, "result.json", &known) == 0) {
		return 0;
	}
	if (spool_read(spool, "job.json", &job) != 0) {
		return SPOOL_ABSENT;
	}
	spool_use_reserve(spool);
	spool_read(spool, "attempt.json", &attempt);
	struct attempt lost = {.result = RESULT_INTERRUPTED,
		.step = json_string_value(json_object_get(attempt, "step")),
		.build_seconds = -1,
		.load_before = -1,
		.load_during = -1,
		.work_done = -1};
	json_t *steps = json_object_get(attempt, "steps");
	lost.steps = steps != NULL ? json_incref(steps) : json_array();
	lost.artifacts = json_array();
	lost.detail = alloc_copy("the runner was killed or its machine restarted");
	recover_running(config, spool, json_object_get(attempt, "running"), &lost);
	_json_ json_t *result = result_json(&lost);
	attempt_fini(&lost);
	return spool_write(spool, "result.json", result);
}

/* The earlier runner may have ended before the files were with the server, which refuses a result
 * without them. */
static void recover_artifacts(struct runner *runner, const struct spool *spool)
{
	_json_ json_t *result = NULL;
	if (spool_read(spool, "result.json", &result) != 0) {
		return;
	}
	size_t i;
	json_t *artifact;
	json_array_foreach(json_object_get(result, "artifacts"), i, artifact)
	{
		const char *name = json_string_value(json_object_get(artifact, "name"));
		const char *sha256 = json_string_value(json_object_get(artifact, "sha256"));
		if (name != NULL && sha256 != NULL) {
			courier_artifact(runner->courier, name, sha256);
		}
	}
}

void recover_deliver(struct runner *runner)
{
	_free_ int64_t *ids = NULL;
	size_t count = 0;
	spool_list(runner->config->state, &ids, &count);
	for (size_t i = 0; i < count && halt_reason(runner->halt) != HALT_STOP; i++) {
		struct spool spool = {.id = ids[i],
			.path = alloc_format(
				"%s/spool/%lld", runner->config->state, (long long)ids[i])};
		_json_ json_t *job = NULL;
		if (spool_read(&spool, "job.json", &job) == 0) {
			spool.job_id = json_integer_value(json_object_get(job, "id"));
		}
		log_about(spool.job_id, spool.id);
		log_info("delivering what an earlier runner left");
		if (recover_result(runner->config, &spool) == 0) {
			courier_begin(runner->courier, &spool, 0, 0);
			recover_artifacts(runner, &spool);
			claim_deliver(runner, &spool);
		} else {
			spool_remove(&spool);
		}
		spool_fini(&spool);
	}
	log_about(0, 0);
}
