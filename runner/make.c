/* The rules of ../shared/design/lab.md 3: O= inside the worktree, CCACHE_NOHASHDIR and BASEDIR,
 * fixed KBUILD names. */
#include "runner/make.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/disk.h"
#include "runner/process.h"
#include "runner/sandbox.h"
#include "runner/trees.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/number.h"

enum {
	MAKE_TICK_MS = 500,
	MAKE_NICE = 5,           /* the server may be on the same machine */
	MAKE_LOG_LIMIT_MB = 256, /* no build prints that much; a broken one may */
	MAKE_ENV_MAX = 16,
	MAKE_RESERVE = 2, /* a build may take this part of the free space that --limit-disk-mb
			     asks for: the rest is for what was seen */
	MAKE_SHELL_SIGNALLED = 128, /* how the sandbox tells it */
	MAKE_LARGE = 10,
	MAKE_DISK_FULL = 11,
	MAKE_LOUD = 12,
};

void make_init(struct make *m, struct attempt *a, int64_t until_ns)
{
	const char *fragment = arch_pages(a->arch, a->job.profile.page_size)->fragment;
	*m = (struct make){.attempt = a,
		.until_ns = until_ns,
		.files_expected = -1,
		.out = alloc_format("%s/out-%s%s", a->worktree,
			fragment != NULL ? fragment : a->arch->name,
			a->is_debug_build ? "-debug" : "")};
}

void make_fini(struct make *m)
{
	free(m->out);
	m->out = NULL;
}

/* Counts kbuild's lines ("  CC      mm/migrate.o") from *at on. */
static void make_count(struct make *m, int fd, int64_t *at, bool *is_line_start)
{
	char block[16384];
	ssize_t n = pread(fd, block, sizeof(block), *at);
	for (; n > 0; n = pread(fd, block, sizeof(block), *at)) {
		for (ssize_t i = 0; i < n; i++) {
			m->files += *is_line_start && block[i] == ' ';
			*is_line_start = block[i] == '\n';
		}
		*at += n;
	}
}

/* Whether the build takes too much of the disk. What else grew there is found by looking closely,
 * which takes seconds: only once as much is gone as a build may take. */
static bool make_is_large(struct make *m)
{
	const struct config *config = m->attempt->config;
	const int64_t limit_bytes = config->limit_build_mb << 20;
	const int64_t free_bytes = disk_free_bytes(config->state);
	if (free_bytes < 0 || m->free_bytes - free_bytes < limit_bytes) {
		return false;
	}
	m->free_bytes = free_bytes;
	return disk_tree_bytes(m->out) > limit_bytes;
}

static bool make_is_disk_full(const struct make *m)
{
	const struct config *config = m->attempt->config;
	const int64_t free_bytes = disk_free_bytes(config->state);
	return free_bytes >= 0 && free_bytes < (config->limit_disk_mb << 20) / MAKE_RESERVE;
}

/* Waits for the process and tells how far it is. As process_wait, MAKE_LARGE, MAKE_DISK_FULL, or
 * MAKE_LOUD. */
static int make_wait(struct make *m, struct process *process, int fd, int *status)
{
	int64_t at = m->log_from;
	bool is_line_start = true;
	for (;;) {
		const int64_t tick_ns = number_monotonic_ns() + MAKE_TICK_MS * 1000000LL;
		const int r = process_wait(process, m->attempt->halt, tick_ns, status);
		make_count(m, fd, &at, &is_line_start);
		if (m->files > 0) {
			const int64_t of = m->files <= m->files_expected ? m->files_expected : -1;
			courier_progress(m->attempt->courier, m->files, of, "files");
		}
		if (r != PROCESS_RUNNING) {
			return r;
		}
		if (number_monotonic_ns() >= m->until_ns) {
			return PROCESS_LATE;
		}
		if (at - m->log_from > (int64_t)MAKE_LOG_LIMIT_MB << 20) {
			return MAKE_LOUD;
		}
		if (make_is_large(m)) {
			return MAKE_LARGE;
		}
		if (make_is_disk_full(m)) {
			return MAKE_DISK_FULL;
		}
	}
}

/* A build that breaks its limits is the patch's own doing where there is one. Else the machine is
 * thought too slow or too small, and another may try. */
static enum attempt_result make_blame(const struct attempt *a)
{
	return attempt_is_patched(a) ? RESULT_NO_BUILD : RESULT_FAULT;
}

/* What it took too much of, with the option that says how much it may; NULL: nothing. The caller's.
 */
static char *make_excess(const struct make *m, int r)
{
	const struct config *config = m->attempt->config;
	const struct cgroup_limits *limits = &config->bounds.limits;
	switch (r) {
	case MAKE_LARGE:
		return alloc_format("wrote more than its limit of %lld MiB (--limit-build-mb)",
			(long long)config->limit_build_mb);
	case MAKE_LOUD:
		return alloc_format("printed more than %d MiB", MAKE_LOG_LIMIT_MB);
	case PROCESS_MEMORY:
		return alloc_format("took %s: %lld MiB (--limit-build-memory-mb)",
			process_passed(r), (long long)(limits->memory_bytes >> 20));
	case PROCESS_TASKS:
		return alloc_format("took %s: %lld (--limit-build-processes)", process_passed(r),
			(long long)limits->tasks);
	default:
		return NULL;
	}
}

/* What it wrote goes: it was cut off in the middle, or is too much. */
static int make_stopped(struct make *m, int r)
{
	struct attempt *a = m->attempt;
	_free_ char *excess = make_excess(m, r);
	if (excess == NULL && r != MAKE_DISK_FULL) {
		return r;
	}
	file_remove_tree(m->out);
	return excess != NULL
		       ? attempt_end(a, make_blame(a), "the build was stopped: it %s", excess)
		       : attempt_end(a, RESULT_FAULT,
				 "the build was stopped: there is no room left in '%s'",
				 a->config->state);
}

static int make_outcome(struct make *m, int r, int status, const char *program)
{
	struct attempt *a = m->attempt;
	if (r == PROCESS_HALTED) {
		return attempt_halted(a);
	}
	if (r == PROCESS_LATE) {
		return attempt_end(a, make_blame(a),
			"the build was not done within its limit of %lld s",
			(long long)a->job.profile.build_limit_s);
	}
	if (r != 0) {
		return make_stopped(m, r);
	}
	const int signal_base = a->config->is_sandboxed ? MAKE_SHELL_SIGNALLED : PROCESS_SIGNALLED;
	if (status > signal_base) {
		return attempt_end(a, make_blame(a), "%s was ended by signal %d", program,
			status - signal_base);
	}
	return status == 0 ? 0 : MAKE_FAILED;
}

static char *make_cache(const struct attempt *a)
{
	return alloc_format("%s/ccache", a->config->state);
}

/* The words in the sandbox: the sources can only be read. */
static void make_words(
	const struct make *m, const char *folder, const struct words *argv, struct words *out)
{
	const struct attempt *a = m->attempt;
	_free_ char *cache = make_cache(a);
	struct sandbox box = {.folder = folder,
		.reads = {a->worktree, a->mirror, a->config->configs_folder},
		.writes = {m->out, cache},
		.until_ns = m->until_ns,
		.is_watched = true};
	if (attempt_is_patched(a)) { /* what it compiled could be anything under any name */
		box.writes[1] = NULL;
		box.reads[3] = cache;
	}
	sandbox_words(a->config, &box, out);
	for (size_t i = 0; i < argv->count; i++) {
		words_add(out, argv->list[i]);
	}
}

int make_run_program(struct make *m, const char *folder, const struct words *argv)
{
	struct attempt *a = m->attempt;
	_free_ char *cache_folder = make_cache(a);
	_free_ char *cache = alloc_format("CCACHE_DIR=%s", cache_folder);
	_free_ char *base = alloc_format("CCACHE_BASEDIR=%s", a->worktree);
	_free_ char *arch = alloc_format("ARCH=%s", a->arch->kernel_arch);
	const bool is_patched = attempt_is_patched(a);
	/* What is not in the cache is not preprocessed twice (DEPEND: kbuild has gcc list what it
	   read). Where the cache cannot be written neither can temporary files be. */
	const char *const env[MAKE_ENV_MAX] = {cache, base, arch, "CCACHE_NOHASHDIR=1",
		"CCACHE_DEPEND=1", "CCACHE_MAXSIZE=5G", "KBUILD_BUILD_TIMESTAMP=2023-01-01",
		"KBUILD_BUILD_USER=faultline", "KBUILD_BUILD_HOST=faultline",
		"KBUILD_BUILD_VERSION=1", "LOCALVERSION=", is_patched ? "CCACHE_READONLY=1" : NULL,
		"CCACHE_TEMPDIR=/tmp"};
	_words_ struct words boxed = {0};
	make_words(m, folder, argv, &boxed);
	_fd_ int fd = spool_open(&a->spool, "build");
	if (fd < 0) {
		return fd;
	}
	m->log_from = lseek(fd, 0, SEEK_END);
	m->files = 0;
	m->free_bytes = disk_free_bytes(a->config->state);
	if (!a->config->is_sandboxed) {
		trees_litter(a->worktree);
	}
	const struct process_spec spec = {.argv = words_argv(&boxed),
		.folder = folder,
		.env = env,
		.output_fd = fd,
		.error_fd = fd,
		.nice = MAKE_NICE,
		.is_boxed = a->config->is_sandboxed,
		.bounds = &a->config->bounds};
	struct process process;
	int status = 0;
	int r = process_start(&spec, &process);
	if (r < 0) {
		return r;
	}
	r = make_wait(m, &process, fd, &status);
	process_end(&process);
	return make_outcome(m, r, status, argv->list[0]);
}

int make_run(struct make *m, const char *words)
{
	struct attempt *a = m->attempt;
	const bool is_cached = access("/usr/bin/ccache", X_OK) == 0;
	const char *prefix = arch_is_native(a->arch) ? "" : a->arch->cross_compile;
	_words_ struct words argv = {0};
	words_add(&argv, "make");
	words_format(&argv, "O=%s", strrchr(m->out, '/') + 1);
	words_format(&argv, "ARCH=%s", a->arch->kernel_arch);
	if (prefix[0] != '\0') {
		words_format(&argv, "CROSS_COMPILE=%s", prefix);
	}
	words_format(&argv, "CC=%s%sgcc", is_cached ? "ccache " : "", prefix);
	words_split(&argv, words);
	return make_run_program(m, a->worktree, &argv);
}

char *make_log(const struct make *m, size_t *size)
{
	const int64_t end = spool_size(&m->attempt->spool, "build");
	const int64_t from = end - m->log_from > MAKE_LOG_MAX ? end - MAKE_LOG_MAX : m->log_from;
	_free_ char *path = spool_path(&m->attempt->spool, "build");
	_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = alloc_zero((size_t)(end - from) + 1, 1);
	const ssize_t n = fd < 0 ? -1 : pread(fd, text, (size_t)(end - from), from);
	*size = n < 0 ? 0 : (size_t)n;
	return text;
}
