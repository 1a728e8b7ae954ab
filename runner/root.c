/* Recipe → key → image. mmdebstrap's variant `extract` runs no script of a package, so a foreign
 * architecture needs no emulator. */
#include "runner/root.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/disk.h"
#include "runner/mkfs.h"
#include "runner/process.h"
#include "runner/root_proto.h"
#include "runner/store.h"
#include "runner/words.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"

/* Room for the file system's own: mkfs.xfs takes 64 MB for its log and, while it fills, reserves
 * for the worst case; it refuses less than 300 MB. What stays empty is a hole. */
enum { ROOT_SPARE_PERCENT = 30, ROOT_SPARE_MB = 320 };

/* Where a root begins to be other than the packages: what the guest mounts there. */
static const char *const root_folders[] = {"dev", "mnt", "proc", "sys", "tmp", "workloads"};

/* The workload's own finishing of the tree: ROOT ARCH. NULL when its folder has none. */
static char *root_hook(const struct attempt *a)
{
	char *path = alloc_format("%s/root", a->workload.folder);
	if (access(path, X_OK) == 0) {
		return path;
	}
	free(path);
	return NULL;
}

/* All packages, comma separated; the caller's. */
static char *root_packages(const struct attempt *a)
{
	const json_t *lists[] = {a->workload.manifest.packages,
		json_object_get(a->workload.manifest.packages_of, a->arch->name)};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	for (size_t i = 0; i < 2; i++) {
		size_t k;
		json_t *item;
		json_array_foreach((json_t *)lists[i], k, item)
		{
			fprintf(out, "%s%s", ftell(out) > 0 ? "," : "", json_string_value(item));
		}
	}
	fclose(out);
	return text;
}

/* What makes the tree; `hook` may be NULL. */
static void root_mmdebstrap(
	const struct attempt *a, const char *tree, const char *hook, struct words *argv)
{
	_free_ char *packages = root_packages(a);
	if (geteuid() != 0) {
		words_split(argv, "unshare --user --map-root-user");
	}
	words_split(argv, "mmdebstrap --mode=root --variant=extract --format=directory");
	words_format(argv, "--arch=%s", a->arch->debian);
	words_format(argv, "--include=%s", packages);
	words_add(argv, "--aptopt=APT::Sandbox::User \"root\"");
	if (hook != NULL) {
		words_format(argv, "--extract-hook='%s' \"$1\" %s", hook, a->arch->name);
	}
	words_add(argv, a->workload.manifest.suite);
	words_add(argv, tree);
	words_add(argv, a->workload.manifest.mirror);
}

/* Hash over all that decides what comes out, as far as it is ours. */
static int root_key(const struct attempt *a, char key[FILE_SHA256_HEX])
{
	_words_ struct words argv = {0};
	_free_ char *hook = root_hook(a);
	_free_ char *script = NULL;
	root_mmdebstrap(a, "root", NULL, &argv);
	mkfs_words(a, &argv);
	if (hook != NULL && file_read(hook, 1 << 20, &script, NULL) != 0) {
		return log_fault("cannot read '%s'", hook);
	}
	_free_ char *line = words_shell(&argv);
	_free_ char *text = alloc_format("%s\n%s", line, script != NULL ? script : "");
	file_sha256_bytes(text, strlen(text), key);
	return 0;
}

static int root_run(struct attempt *a, const struct words *argv, const char *folder,
	int64_t until_ns, const char *what)
{
	_words_ struct words whole = {0};
	words_add(&whole, "env"); /* all that is temporary goes with the folder */
	words_format(&whole, "TMPDIR=%s", folder);
	words_format(&whole, "HOME=%s", folder);
	for (size_t i = 0; i < argv->count; i++) {
		words_add(&whole, argv->list[i]);
	}
	const struct process_spec spec = {.argv = words_argv(&whole), .folder = folder, .nice = 10};
	_free_ char *output = NULL;
	int status = 0;
	const int r = process_capture(&spec, a->halt, until_ns, 1, &status, &output);
	if (r == PROCESS_HALTED) {
		return attempt_halted(a);
	}
	if (r == 0 && status == 0) {
		return 0;
	}
	const size_t n = output != NULL ? strlen(output) : 0;
	return attempt_end(a, RESULT_FAULT, "cannot make the root of workload '%s': %s failed: %s",
		a->workload.manifest.name, what,
		r < 0               ? log_last()
		: r == PROCESS_LATE ? "it took too long"
				    : output + (n > 2000 ? n - 2000 : 0));
}

/* The tree, with the folders that the guest mounts things on. */
static int root_tree(struct attempt *a, const char *folder, const char *tree, int64_t until_ns)
{
	_words_ struct words argv = {0};
	_free_ char *hook = root_hook(a);
	root_mmdebstrap(a, tree, hook, &argv);
	log_info("making the root of workload '%s' for %s, once", a->workload.manifest.name,
		a->arch->name);
	int r = root_run(a, &argv, folder, until_ns, "mmdebstrap");
	for (size_t i = 0; r == 0 && i < sizeof(root_folders) / sizeof(root_folders[0]); i++) {
		_free_ char *path = alloc_format("%s/%s", tree, root_folders[i]);
		r = file_mkdirs(path, 0755);
	}
	return r;
}

/* An empty file of the size that `bytes` of files need. */
static int root_file(const char *path, int64_t bytes)
{
	const int64_t need_mb = (bytes + bytes * ROOT_SPARE_PERCENT / 100) >> 20;
	_fd_ int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	return fd < 0 || ftruncate(fd, (need_mb + ROOT_SPARE_MB) << 20) < 0
		       ? log_errno("cannot make '%s'", path)
		       : 0;
}

/* The tree as an image of the file system under test, both mkfs can do it without mounting. */
static int root_image(struct attempt *a, const char *folder, const char *tree, int64_t until_ns)
{
	_free_ char *proto = alloc_format("%s/proto", folder);
	_free_ char *image = alloc_format("%s/disk.img", folder);
	_words_ struct words argv = {0};
	int64_t bytes = 0;
	FILE *out = fopen(proto, "we");
	if (out == NULL) {
		return log_errno("cannot create '%s'", proto);
	}
	int r = root_proto_write(tree, a->job.profile.block_size, out, &bytes);
	if (fclose(out) != 0 && r == 0) {
		r = log_errno("cannot write '%s'", proto);
	}
	r = r != 0 ? r : root_file(image, bytes);
	mkfs_words_filled(a, tree, proto, &argv);
	return r != 0 ? r : root_run(a, &argv, folder, until_ns, argv.list[0]);
}

static int root_fresh(struct attempt *a, const char *images, const char *kept, int64_t until_ns)
{
	_free_ char *folder = store_temporary(a->config->state, "root");
	_free_ char *tree = alloc_format("%s/root", folder);
	_free_ char *made = alloc_format("%s/disk.img", folder);
	int r = file_mkdirs(folder, 0755);
	r = r != 0 ? r : file_mkdirs(images, 0755);
	r = r != 0 ? r : root_tree(a, folder, tree, until_ns);
	r = r != 0 ? r : root_image(a, folder, tree, until_ns);
	r = r != 0 ? r : disk_keep(made, kept);
	file_remove_tree(folder);
	return r;
}

int root_make(struct attempt *a, int64_t until_ns)
{
	char key[FILE_SHA256_HEX];
	if (a->workload.manifest.packages == NULL) {
		return 0;
	}
	int r = root_key(a, key);
	_free_ char *images = alloc_format("%s/images", a->config->roots);
	_free_ char *kept = alloc_format("%s/%s.img", images, key);
	_free_ char *path = spool_path(&a->spool, "root.img");
	if (r == 0 && utimensat(AT_FDCWD, kept, NULL, 0) < 0) { /* marks it used */
		store_trim(a->config->roots, "images", a->config->limit_cache_mb << 20);
		r = root_fresh(a, images, kept, until_ns);
	}
	if (r == 0 && symlink(kept, path) < 0) {
		r = log_errno("cannot link '%s'", path);
	}
	a->root_image = r == 0 ? alloc_copy(kept) : NULL;
	return r;
}
