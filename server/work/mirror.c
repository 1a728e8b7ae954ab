/* A bare mirror of a tree's repository. */
#include "work/mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "work/history.h"

/* A whole Linux comes in some 5 minutes on a usual line; slow lines are given up by git itself when
 * nothing moves (git.c). LIST: all commits of Linux are listed in seconds. */
enum { DAY_S = 86400 };
enum { FETCH_LIMIT_S = 7200, UPKEEP_LIMIT_S = 1800, LIST_LIMIT_S = 600, INIT_LIMIT_S = 60 };

static int lock_take(struct mirror *mirror)
{
	_free_ char *path = alloc_format("%s.lock", mirror->path);
	mirror->git.lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (mirror->git.lock_fd < 0) {
		return log_errno("cannot open '%s'", path);
	}
	if (flock(mirror->git.lock_fd, LOCK_EX | LOCK_NB) == 0) {
		return 0;
	}
	return errno == EWOULDBLOCK ? MIRROR_BUSY : log_errno("cannot lock '%s'", path);
}

/* The folders of objects by hash hold no locks, and there are many of them. */
static bool is_object_folder(const FTSENT *entry)
{
	return entry->fts_info == FTS_D && strlen(entry->fts_name) == 2 &&
	       strcmp(entry->fts_parent->fts_name, "objects") == 0;
}

/* A git that was killed leaves its lock files, and every later one stops at them. We hold the lock
 * that all of ours hold, so these are nobody's. */
static void locks_remove(const char *path)
{
	char *const paths[] = {(char *)path, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOSTAT | FTS_NOCHDIR, NULL);
	if (tree == NULL) {
		return;
	}
	for (FTSENT *e = fts_read(tree); e != NULL; e = fts_read(tree)) {
		const char *dot = strrchr(e->fts_name, '.');
		if (is_object_folder(e)) {
			fts_set(tree, e, FTS_SKIP);
		} else if (e->fts_info != FTS_D && dot != NULL && strcmp(dot, ".lock") == 0) {
			log_info("removing '%s', left by a git that was killed", e->fts_path);
			unlink(e->fts_path);
		}
	}
	fts_close(tree);
}

static int repository_make(const struct mirror *mirror, char **said)
{
	if (access(mirror->path, F_OK) == 0) {
		locks_remove(mirror->path);
		return 0;
	}
	_free_ char *fresh = alloc_format("%s.new", mirror->path);
	int outcome = file_remove_tree(fresh);
	if (outcome == 0) {
		outcome = GIT_RUN(&mirror->git, NULL, INIT_LIMIT_S, NULL, said, "init", "--bare",
			"--quiet", "--end-of-options", fresh);
	}
	if (outcome == 0 && rename(fresh, mirror->path) < 0) {
		outcome = log_errno("cannot name '%s'", mirror->path);
	}
	return outcome;
}

int mirror_open(
	struct mirror *mirror, const char *folder, const char *name, int stop_fd, char **said)
{
	*mirror = (struct mirror){.git = {.folder = folder, .stop_fd = stop_fd, .lock_fd = -1}};
	mirror->path = alloc_format("%s/%s.git", folder, name);
	int outcome = git_init(folder);
	if (outcome == 0) {
		outcome = lock_take(mirror);
	}
	if (outcome == 0) {
		futimens(mirror->git.lock_fd, NULL); /* for mirror_drop */
	}
	return outcome != 0 ? outcome : repository_make(mirror, said);
}

static int repository_drop(const struct mirror *mirror, const char *gone)
{
	struct stat lock;
	if (fstat(mirror->git.lock_fd, &lock) < 0) {
		return log_errno("cannot look at the lock of '%s'", mirror->path);
	}
	if (lock.st_mtime > time(NULL) - MIRROR_UNUSED_DAYS * DAY_S) {
		return MIRROR_USED;
	}
	if (rename(mirror->path, gone) < 0) {
		return log_errno("cannot remove '%s'", mirror->path);
	}
	_free_ char *lock_path = alloc_format("%s.lock", mirror->path);
	unlink(lock_path);
	return file_remove_tree(gone);
}

int mirror_drop(const char *folder, const char *name)
{
	struct mirror mirror = {.git = {.folder = folder, .lock_fd = -1}};
	mirror.path = alloc_format("%s/%s.git", folder, name);
	_free_ char *gone = alloc_format("%s/%s" MIRROR_GONE, folder, name);
	int outcome = lock_take(&mirror);
	if (outcome == 0) {
		outcome = repository_drop(&mirror, gone);
	}
	mirror_close(&mirror);
	return outcome;
}

void mirror_close(struct mirror *mirror)
{
	if (mirror->git.lock_fd >= 0) {
		close(mirror->git.lock_fd);
	}
	free(mirror->path);
	*mirror = (struct mirror){.git = {.lock_fd = -1}};
}

/* Only speed depends on it: with the commit graph, walks of a large history become ten times
 * faster, and packs and loose objects of many fetches are put together when there are too many. */
static int upkeep(const struct mirror *mirror)
{
	static const char *const steps[][8] = {
		{"commit-graph", "write", "--reachable", "--split", "--no-progress"},
		{"-c", "gc.auto=6700", "-c", "gc.autoDetach=false", "gc", "--auto", "--quiet"},
	};
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		_free_ char *said = NULL;
		const char *arguments[11] = {"-C", mirror->path};
		memcpy(arguments + 2, steps[i], sizeof(steps[i]));
		const int outcome =
			git_run(&mirror->git, arguments, NULL, UPKEEP_LIMIT_S, NULL, &said);
		if (outcome == GIT_STOPPED) {
			return outcome;
		}
		if (outcome == GIT_REFUSED || outcome == GIT_SLOW) {
			log_warning("no upkeep of '%s': %s", mirror->path, said);
		}
	}
	return 0;
}

int mirror_fetch(const struct mirror *mirror, const char *url, char **said)
{
	const int outcome = GIT_RUN(&mirror->git, NULL, FETCH_LIMIT_S, NULL, said, "-C",
		mirror->path, "fetch", "--quiet", "--prune", "--force", "--no-tags",
		"--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules",
		"--end-of-options", url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*");
	return outcome != 0 ? outcome : upkeep(mirror);
}

int mirror_refs(const struct mirror *mirror, FILE **out, char **said)
{
	return GIT_RUN(&mirror->git, NULL, LIST_LIMIT_S, out, said, "-C", mirror->path,
		"for-each-ref", "--format=" HISTORY_REF_FORMAT, "refs/heads", "refs/tags");
}

int mirror_commits(const struct mirror *mirror, FILE *known, FILE **out, char **said)
{
	return GIT_RUN(&mirror->git, known, LIST_LIMIT_S, out, said, "-C", mirror->path, "rev-list",
		"--no-commit-header", "--format=" HISTORY_COMMIT_FORMAT, "--encoding=UTF-8",
		"--topo-order", "--reverse", "--ignore-missing", "--branches", "--tags", "--stdin");
}

int mirror_line(const struct mirror *mirror, const char *branch, FILE **out, char **said)
{
	_free_ char *ref = alloc_format("refs/heads/%s", branch);
	return GIT_RUN(&mirror->git, NULL, LIST_LIMIT_S, out, said, "-C", mirror->path, "rev-list",
		"--first-parent", "--reverse", "--end-of-options", ref, "--");
}

int mirror_touched(const struct mirror *mirror, FILE *hashes, FILE **out, char **said)
{
	return GIT_RUN(&mirror->git, hashes, LIST_LIMIT_S, out, said, "-C", mirror->path, "-c",
		"core.quotePath=false", "diff-tree", "--stdin", "--always", "-r", "-c", "--root",
		"--name-only");
}

int mirror_patch(const struct mirror *mirror, const char *hash, FILE **out, char **said)
{
	return GIT_RUN(&mirror->git, NULL, LIST_LIMIT_S, out, said, "-C", mirror->path,
		"format-patch", "-1", "--stdout", "--no-signature", "--binary", "--end-of-options",
		hash);
}
