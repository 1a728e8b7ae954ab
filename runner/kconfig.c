/* What goes in: the fragments, all Kconfig files of the tree as git knows them, the compiler. Their
 * hash lies beside the .config; running tinyconfig for nothing would make kbuild look at everything
 * again. */
#include "runner/kconfig.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/fragment.h"
#include "runner/git.h"
#include "runner/kernel.h"
#include "runner/output.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"

enum { KCONFIG_MAX = 4 << 20 };

/* Adds a fragment or the .config. 0, ATTEMPT_ENDED (it is none) or a fault. */
static int kconfig_add(struct make *m, const char *path, const char *text, struct fragment *out)
{
	const char *name = strrchr(path, '/') + 1;
	size_t line = 0;
	return fragment_add(out, name, text, &line) == 0
		       ? 0
		       : attempt_end(m->attempt, RESULT_FAULT,
				 "line %zu of '%s' is no option of a kernel", line, path);
}

static int kconfig_read(struct make *m, const char *path, struct fragment *out)
{
	_free_ char *text = NULL;
	if (file_read(path, KCONFIG_MAX, &text, NULL) != 0) {
		return log_fault("cannot read '%s'", path);
	}
	return kconfig_add(m, path, text, out);
}

/* The .config that was made. */
static int kconfig_read_output(struct make *m, const char *path, struct fragment *out)
{
	_free_ char *text = NULL;
	if (output_read(m->attempt, path, KCONFIG_MAX, &text) != 0) {
		return log_fault("the kernel's configuration was not made");
	}
	return kconfig_add(m, path, text, out);
}

static int kconfig_key(struct make *m, const struct words *fragments, char key[FILE_SHA256_HEX])
{
	_free_ char *files = NULL;
	_free_ char *toolchain = kernel_toolchain(m->attempt, m->until_ns);
	int r = git_ask(m->attempt, m->attempt->worktree, m->until_ns, &files, "ls-files",
		"--stage", "--", "*Kconfig*", "Makefile", "arch/*/Makefile", "scripts/kconfig",
		"scripts/Kbuild.include", NULL);
	if (r != 0) {
		return r == GIT_FAILED ? log_fault("git cannot list the tree's Kconfig files") : r;
	}
	char *text = NULL;
	size_t size = 0;
	FILE *inputs = open_memstream(&text, &size);
	fprintf(inputs, "%s\n%s\n", toolchain, files);
	for (size_t i = 0; r == 0 && i < fragments->count; i++) {
		_free_ char *fragment = NULL;
		r = file_read(fragments->list[i], KCONFIG_MAX, &fragment, NULL);
		fputs(r == 0 ? fragment : "", inputs);
	}
	fclose(inputs);
	file_sha256_bytes(text, size, key);
	free(text);
	return r;
}

/* The mark names the inputs and the .config that came of them. */
static int kconfig_mark(const struct make *m, const char *key, char **mark)
{
	_free_ char *path = alloc_format("%s/.config", m->out);
	_fd_ int fd = -1;
	char sha256[FILE_SHA256_HEX];
	if (output_open(m->attempt, path, &fd) != 0 || file_sha256(fd, sha256) < 0) {
		return -1;
	}
	*mark = alloc_format("%s %s\n", key, sha256);
	return 0;
}

static bool kconfig_is_made(const struct make *m, const char *key)
{
	_free_ char *path = alloc_format("%s/.faultline-config", m->out);
	_free_ char *known = NULL;
	_free_ char *mark = NULL;
	return output_read(m->attempt, path, 512, &known) == 0 &&
	       kconfig_mark(m, key, &mark) == 0 && strcmp(known, mark) == 0;
}

static int kconfig_merge(struct make *m, const struct words *fragments)
{
	_words_ struct words argv = {0};
	words_add(&argv, "sh");
	words_format(&argv, "%s/scripts/kconfig/merge_config.sh", m->attempt->worktree);
	words_split(&argv, "-m -O");
	words_add(&argv, m->out);
	words_format(&argv, "%s/.config", m->out);
	for (size_t i = 0; i < fragments->count; i++) {
		words_add(&argv, fragments->list[i]);
	}
	return make_run_program(m, m->out, &argv);
}

/* A kernel without an option that was asked for is another than the profile says. */
static int kconfig_check(struct make *m, const struct words *fragments)
{
	_free_ char *path = alloc_format("%s/.config", m->out);
	_fragment_ struct fragment wishes = {0};
	_fragment_ struct fragment config = {0};
	int r = kconfig_read_output(m, path, &config);
	for (size_t i = 0; r == 0 && i < fragments->count; i++) {
		r = kconfig_read(m, fragments->list[i], &wishes);
	}
	if (r != 0) {
		return r;
	}
	_free_ char *lost = fragment_lost(&wishes, &config);
	return lost[0] == '\0' ? 0 : attempt_end(m->attempt, RESULT_NO_BUILD, "%s", lost);
}

int kconfig_make(struct make *m)
{
	char key[FILE_SHA256_HEX];
	_words_ struct words fragments = {0};
	int r = kernel_fragments(m->attempt, &fragments);
	r = r != 0 ? r : file_mkdirs(m->out, 0755);
	r = r != 0 ? r : kconfig_key(m, &fragments, key);
	if (r != 0 || kconfig_is_made(m, key)) {
		return r;
	}
	r = make_run(m, "tinyconfig");
	r = r != 0 ? r : kconfig_merge(m, &fragments);
	r = r != 0 ? r : make_run(m, "olddefconfig");
	r = r != 0 ? r : kconfig_check(m, &fragments);
	if (r != 0 || attempt_is_patched(m->attempt)) { /* those outputs serve one build */
		return r;
	}
	_free_ char *path = alloc_format("%s/.faultline-config", m->out);
	_free_ char *mark = NULL;
	if (kconfig_mark(m, key, &mark) < 0) {
		return log_fault("the kernel's configuration was not made");
	}
	return file_write(path, mark, strlen(mark));
}
