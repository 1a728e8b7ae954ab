/* The rules of ../shared/design/lab.md 3: O= inside the worktree, CCACHE_NOHASHDIR and BASEDIR,
 * fixed KBUILD names. */
#include "runner/make.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/process.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"

enum {
	MAKE_TICK_MS = 500,
	MAKE_NICE = 5,           /* the server may be on the same machine */
	MAKE_LOG_LIMIT_MB = 256, /* no build prints that much; a broken one may */
	MAKE_ENV_MAX = 16,
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

/* Waits for the process and tells how far it is. As process_wait, or MAKE_FAILED when it printed
 * too much. */
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
			return MAKE_FAILED;
		}
	}
}

static int make_outcome(struct make *m, int r, int status, const char *program)
{
	struct attempt *a = m->attempt;
	if (r == PROCESS_HALTED) {
		return attempt_halted(a);
	}
	if (r == PROCESS_LATE) {
		return attempt_end(a, RESULT_FAULT,
			"the build was not done within its limit of %lld s",
			(long long)a->job.profile.build_limit_s);
	}
	if (r != 0) {
		return r;
	}
	if (status >= PROCESS_SIGNALLED) {
		return attempt_end(a, RESULT_FAULT, "%s was ended by signal %d", program,
			status - PROCESS_SIGNALLED);
	}
	return status == 0 ? 0 : MAKE_FAILED;
}

int make_run_program(struct make *m, const struct words *argv)
{
	struct attempt *a = m->attempt;
	_free_ char *cache = alloc_format("CCACHE_DIR=%s/ccache", a->config->state);
	_free_ char *base = alloc_format("CCACHE_BASEDIR=%s", a->worktree);
	_free_ char *arch = alloc_format("ARCH=%s", a->arch->kernel_arch);
	const char *const env[MAKE_ENV_MAX] = {cache, base, arch, "CCACHE_NOHASHDIR=1",
		"CCACHE_MAXSIZE=5G", "KBUILD_BUILD_TIMESTAMP=2023-01-01",
		"KBUILD_BUILD_USER=faultline", "KBUILD_BUILD_HOST=faultline",
		"KBUILD_BUILD_VERSION=1", "LOCALVERSION="};
	_fd_ int fd = spool_open(&a->spool, "build");
	if (fd < 0) {
		return fd;
	}
	m->log_from = lseek(fd, 0, SEEK_END);
	m->files = 0;
	const struct process_spec spec = {.argv = words_argv(argv),
		.folder = a->worktree,
		.env = env,
		.output_fd = fd,
		.error_fd = fd,
		.nice = MAKE_NICE};
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
	return make_run_program(m, &argv);
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
