/* tar, depmod and modprobe --show-depends, none of which needs the kernel at hand to run. */
#include "runner/modules.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/process.h"
#include "runner/store.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/name.h"

enum { MODULES_FDS = 32 }; /* that walking through an archive's folders may hold */

/* How a packed module is unpacked. */
static const struct {
	const char *ending, *program;
} modules_packers[] = {{".gz", "gzip"}, {".xz", "xz"}, {".zst", "zstd"}};

static int modules_try(
	struct attempt *a, const char *const *argv, int64_t until_ns, int *status, char **out)
{
	const struct process_spec spec = {.argv = argv};
	const int r = process_capture(&spec, a->halt, until_ns, 1, status, out);
	if (r == PROCESS_HALTED) {
		return attempt_halted(a);
	}
	if (r == PROCESS_LATE) {
		return attempt_end(a, RESULT_FAULT,
			"%s of the prebuilt kernel's modules took too long", argv[0]);
	}
	return r;
}

static int modules_run(struct attempt *a, const char *const *argv, int64_t until_ns, char **out)
{
	int status = 0;
	const int r = modules_try(a, argv, until_ns, &status, out);
	if (r == 0 && status != 0) {
		return attempt_end(a, RESULT_FAULT,
			"%s of the prebuilt kernel's modules failed with %d: %s", argv[0], status,
			*out);
	}
	return r;
}

static int modules_tame_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)type;
	(void)ftw;
	return S_ISREG(st->st_mode) || S_ISDIR(st->st_mode) ? 0 : unlink(path);
}

int modules_tame(const char *folder)
{
	return nftw(folder, modules_tame_one, MODULES_FDS, FTW_PHYS) == 0
		       ? 0
		       : log_errno("cannot look through '%s'", folder);
}

/* Folders that nobody may look into could not be removed either. */
static int modules_unpack(struct attempt *a, const char *folder, int64_t until_ns)
{
	_free_ char *archive = NULL;
	_free_ char *output = NULL;
	_free_ char *changed = NULL;
	if (store_find(a->config->state, a->job.revision.modules_sha256, &archive) != 0) {
		return log_fault("the modules archive is gone");
	}
	const char *const tar[] = {"tar", "--extract", "--file", archive, "--directory", folder,
		"--no-same-owner", "--no-same-permissions", "--delay-directory-restore", NULL};
	const char *const opened[] = {"chmod", "--recursive", "u+rwX", folder, NULL};
	const int r = modules_run(a, tar, until_ns, &output);
	const int s = modules_run(a, opened, until_ns, &changed);
	return r != 0 ? r : s != 0 ? s : modules_tame(folder);
}

/* Archives hold lib/modules/REL, usr/lib/modules/REL or REL: answers the root that modprobe wants
 * (above lib). */
static int modules_find_root(struct attempt *a, struct modules *m, char **root)
{
	static const char *const places[] = {"lib/modules", "usr/lib/modules", "."};
	const char *release = a->job.revision.release;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		_free_ char *path = alloc_format("%s/%s/%s", m->folder, places[i], release);
		struct stat st;
		if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
			continue;
		}
		if (i < 2) {
			*root = alloc_format("%s%s", m->folder, i == 1 ? "/usr" : "");
			return 0;
		}
		_free_ char *library = alloc_format("%s/lib/modules", m->folder);
		_free_ char *moved = alloc_format("%s/%s", library, release);
		*root = alloc_copy(m->folder);
		return file_mkdirs(library, 0755) < 0 || rename(path, moved) < 0
			       ? log_errno("cannot move '%s'", path)
			       : 0;
	}
	return attempt_end(a, RESULT_FAULT, "the modules archive has no lib/modules/%s", release);
}

/* One line of --show-depends: "insmod PATH [options]"; "builtin NAME" is no module. */
static void modules_take_line(struct modules *m, char *line)
{
	if (strncmp(line, "insmod ", 7) != 0) {
		return;
	}
	line += 7;
	line[strcspn(line, " ")] = '\0';
	for (size_t i = 0; i < m->paths.count; i++) {
		if (strcmp(m->paths.list[i], line) == 0) {
			return;
		}
	}
	words_add(&m->paths, line);
}

static int modules_closure(
	struct attempt *a, struct modules *m, const char *root, const char *name, int64_t until_ns)
{
	const char *const argv[] = {"modprobe", "--dirname", root, "--set-version", m->release,
		"--config", "/dev/null", "--show-depends", name, NULL};
	_free_ char *text = NULL;
	int status = 0;
	const int r = modules_try(a, argv, until_ns, &status, &text);
	if (r == 0 && status != 0) {
		attempt_say(a, "the prebuilt kernel has no module '%s': %s", name, text);
		return 0; /* it may be built in, and not listed: the boot will tell */
	}
	char *rest = text;
	for (char *line = r == 0 ? strsep(&rest, "\n") : NULL; line != NULL;
		line = strsep(&rest, "\n")) {
		modules_take_line(m, line);
	}
	return r;
}

/* Unpacks a packed module beside itself and puts the plain one into the list. */
static int modules_plain(struct attempt *a, char **path, int64_t until_ns)
{
	for (size_t i = 0; i < sizeof(modules_packers) / sizeof(modules_packers[0]); i++) {
		const size_t n = strlen(*path);
		const size_t k = strlen(modules_packers[i].ending);
		if (n <= k || strcmp(*path + n - k, modules_packers[i].ending) != 0) {
			continue;
		}
		const char *const argv[] = {modules_packers[i].program, "--decompress", "--quiet",
			"--force", *path, NULL};
		_free_ char *output = NULL;
		const int r = modules_run(a, argv, until_ns, &output);
		(*path)[n - k] = '\0';
		return r;
	}
	return 0;
}

int modules_collect(struct attempt *a, int64_t until_ns, struct modules *m)
{
	_free_ char *root = NULL;
	m->folder = store_temporary(a->config->state, "modules");
	m->release = alloc_copy(a->job.revision.release != NULL ? a->job.revision.release : "");
	if (!name_is_release(m->release)) {
		return attempt_end(a, RESULT_FAULT, "'%s' is no kernel release", m->release);
	}
	int r = file_mkdirs(m->folder, 0755);
	r = r != 0 ? r : modules_unpack(a, m->folder, until_ns);
	r = r != 0 ? r : modules_find_root(a, m, &root);
	if (r != 0) {
		return r;
	}
	_free_ char *output = NULL;
	const char *const depmod[] = {"depmod", "--basedir", root, m->release, NULL};
	r = modules_run(a, depmod, until_ns, &output);
	for (const char *const *name = a->arch->modules; r == 0 && *name != NULL; name++) {
		r = modules_closure(a, m, root, *name, until_ns);
	}
	r = r != 0 ? r : modules_closure(a, m, root, a->job.profile.fs, until_ns);
	for (size_t i = 0; r == 0 && i < m->paths.count; i++) {
		r = modules_plain(a, &m->paths.list[i], until_ns);
	}
	return r;
}

void modules_fini(struct modules *m)
{
	if (m->folder != NULL) {
		file_remove_tree(m->folder);
	}
	free(m->folder);
	free(m->release);
	words_fini(&m->paths);
	*m = (struct modules){0};
}
