/* The step `image`: a fresh file system to test on, the workload's root if it has one, and the
 * initramfs. An image is made once for
 * each recipe and copied, so that equal recipes give equal bytes. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/disk.h"
#include "runner/initrd.h"
#include "runner/mkfs.h"
#include "runner/process.h"
#include "runner/root.h"
#include "runner/steps.h"
#include "runner/store.h"
#include "runner/words.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"

enum { IMAGE_SIZE_MB = 1024 }; /* mkfs.xfs refuses less than 300 MB; holes cost nothing */

static int image_mkfs(
	struct attempt *a, const struct words *argv, const char *folder, int64_t until_ns)
{
	_free_ char *path = alloc_format("%s/disk.img", folder);
	_fd_ int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || ftruncate(fd, (off_t)IMAGE_SIZE_MB << 20) < 0) {
		return log_errno("cannot make a disk image in '%s'", folder);
	}
	_free_ char *output = NULL;
	int status = 0;
	const struct process_spec spec = {.argv = words_argv(argv), .folder = folder};
	const int r = process_capture(&spec, a->halt, until_ns, 1, &status, &output);
	if (r == PROCESS_HALTED) {
		return attempt_halted(a);
	}
	if (r != 0 || status != 0) {
		return attempt_end(a, RESULT_FAULT, "%s failed: %s", argv->list[0],
			r < 0               ? log_last()
			: r == PROCESS_LATE ? "it took too long"
					    : output);
	}
	return 0;
}

/* Makes state/disks/KEY.img, whole or not at all. What is kept is a copy: it has holes where
 * mkfs.xfs only reserved its 64 MB log, which would be copied for each job as soon as it has been
 * read once. */
static int image_fresh(
	struct attempt *a, const struct words *argv, const char *kept, int64_t until_ns)
{
	_free_ char *folder = store_temporary(a->config->state, "disk");
	_free_ char *made = alloc_format("%s/disk.img", folder);
	int r = file_mkdirs(folder, 0755);
	r = r != 0 ? r : image_mkfs(a, argv, folder, until_ns);
	r = r != 0 ? r : disk_keep(made, kept);
	file_remove_tree(folder);
	return r;
}

static int image_disk(struct attempt *a, int64_t until_ns)
{
	_words_ struct words argv = {0};
	if (mkfs_words(a, &argv) < 0) {
		return attempt_end(a, RESULT_FAULT, "this runner cannot make the file system '%s'",
			a->job.profile.fs);
	}
	_free_ char *mkfs = words_shell(&argv);
	char key[FILE_SHA256_HEX];
	a->recipe = alloc_format("truncate -s %dM disk.img\n%s\n", IMAGE_SIZE_MB, mkfs);
	file_sha256_bytes(a->recipe, strlen(a->recipe), key);
	_free_ char *kept = alloc_format("%s/disks/%s.img", a->config->state, key);
	_free_ char *path = spool_path(&a->spool, "disk.img");
	if (utimensat(AT_FDCWD, kept, NULL, 0) < 0) { /* marks it used */
		const int r = image_fresh(a, &argv, kept, until_ns);
		if (r != 0) {
			return r;
		}
	}
	return disk_copy(kept, path);
}

static int image_recipe(struct attempt *a)
{
	char sha256[FILE_SHA256_HEX];
	const int r = spool_append(&a->spool, "fs-recipe", a->recipe);
	if (r == 0) {
		file_sha256_bytes(a->recipe, strlen(a->recipe), sha256);
		attempt_artifact(a, "fs-recipe", sha256);
	}
	return r;
}

int image_disk_run(struct attempt *a, int64_t until_ns)
{
	int r = disk_need(a->config->state, a->config->limit_disk_mb);
	r = r != 0 ? r : image_disk(a, until_ns);
	return r != 0 ? r : image_recipe(a);
}

int image_run(struct attempt *a, int64_t until_ns)
{
	int r = image_disk_run(a, until_ns);
	r = r != 0 ? r : root_make(a, until_ns);
	return r != 0 ? r : initrd_make(a, until_ns);
}
