/* Inputs → key → blob. The order within the archive is fixed, so equal inputs give equal bytes. */
#include "runner/initrd.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/library.h"
#include "runner/modules.h"
#include "runner/newc.h"
#include "runner/store.h"
#include "runner/words.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/name.h"

/* A library's path in the guest: its own, less the root it lies below. */
static const char *initrd_guest_path(const struct attempt *a, const char *library)
{
	return library + strlen(a->workload.root);
}

/* The folders above `name`, each once. */
static void initrd_folders(struct newc *newc, struct words *made, const char *name)
{
	for (const char *slash = strchr(name, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		_free_ char *folder = alloc_copy_n(name, (size_t)(slash - name));
		bool is_made = folder[0] == '\0';
		for (size_t i = 0; i < made->count; i++) {
			is_made |= strcmp(made->list[i], folder) == 0;
		}
		if (!is_made) {
			newc_folder(newc, folder);
			words_add(made, folder);
		}
	}
}

static int initrd_add(
	struct newc *newc, struct words *made, const char *name, const char *path, mode_t mode)
{
	name += name[0] == '/';
	initrd_folders(newc, made, name);
	return newc_file(newc, name, path, mode);
}

static int initrd_modules(struct newc *newc, struct words *made, const struct modules *modules)
{
	char *load = NULL;
	size_t size = 0;
	FILE *list = open_memstream(&load, &size);
	int r = 0;
	for (size_t i = 0; r == 0 && i < modules->paths.count; i++) {
		const char *base = strrchr(modules->paths.list[i], '/') + 1;
		_free_ char *name = alloc_format("lib/modules/%s/%s", modules->release, base);
		fprintf(list, "/%s\n", name);
		r = initrd_add(newc, made, name, modules->paths.list[i], 0644);
	}
	fclose(list);
	if (r == 0) {
		initrd_folders(newc, made, "lib/modules/load");
		newc_bytes(newc, "lib/modules/load", load, size, 0644);
	}
	free(load);
	return r;
}

static int initrd_write(
	struct attempt *a, const struct words *libraries, int64_t until_ns, FILE *out)
{
	_modules_ struct modules modules = {0};
	_words_ struct words made = {0};
	struct newc newc;
	newc_init(&newc, out);
	if (a->job.revision.modules_sha256 != NULL) {
		const int r = modules_collect(a, until_ns, &modules);
		if (r != 0) {
			return r;
		}
	}
	_free_ char *init = workload_init_path(a->config, a->arch);
	int r = initrd_add(&newc, &made, "init", init, 0755);
	r = r != 0 ? r
		   : initrd_add(&newc, &made, a->workload.program_guest, a->workload.program_path,
			     0755);
	for (size_t i = 0; r == 0 && i < a->workload.helpers.count; i++) {
		const char *path = a->workload.helpers.list[i];
		_free_ char *name = alloc_format("workloads/%s", strrchr(path, '/') + 1);
		r = initrd_add(&newc, &made, name, path, 0755);
	}
	for (size_t i = 0; r == 0 && i < libraries->count; i++) {
		r = initrd_add(&newc, &made, initrd_guest_path(a, libraries->list[i]),
			libraries->list[i], 0755);
	}
	r = r != 0 ? r : initrd_modules(&newc, &made, &modules);
	return r != 0 ? r : newc_end(&newc);
}

static int initrd_hash_file(FILE *inputs, const char *path)
{
	_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char sha256[FILE_SHA256_HEX];
	if (fd < 0) {
		return log_errno("cannot open '%s'", path);
	}
	const int r = file_sha256(fd, sha256);
	fprintf(inputs, "%s %s\n", path, sha256);
	return r;
}

/* Hash over the content of all that goes in. */
static int initrd_key(
	const struct attempt *a, const struct words *libraries, char key[FILE_SHA256_HEX])
{
	char *text = NULL;
	size_t size = 0;
	FILE *inputs = open_memstream(&text, &size);
	const char *modules = a->job.revision.modules_sha256;
	fprintf(inputs, "1 %s %s %s\n", a->arch->name, modules != NULL ? modules : "-",
		modules != NULL ? a->job.profile.fs : "-");
	_free_ char *init = workload_init_path(a->config, a->arch);
	int r = initrd_hash_file(inputs, init);
	r = r < 0 ? r : initrd_hash_file(inputs, a->workload.program_path);
	for (size_t i = 0; r == 0 && i < a->workload.helpers.count; i++) {
		r = initrd_hash_file(inputs, a->workload.helpers.list[i]);
	}
	for (size_t i = 0; r == 0 && i < libraries->count; i++) {
		r = initrd_hash_file(inputs, libraries->list[i]);
	}
	fclose(inputs);
	file_sha256_bytes(text, size, key);
	free(text);
	return r;
}

static int initrd_build(struct attempt *a, const struct words *libraries, int64_t until_ns,
	char sha256[FILE_SHA256_HEX])
{
	_free_ char *path = store_temporary(a->config->state, "initrd");
	FILE *out = fopen(path, "wxe");
	if (out == NULL) {
		return log_errno("cannot create '%s'", path);
	}
	int r = initrd_write(a, libraries, until_ns, out);
	if (fclose(out) != 0 && r == 0) {
		r = log_errno("cannot write '%s'", path);
	}
	r = r != 0 ? r : store_take(a->config->state, path, sha256);
	unlink(path);
	return r;
}

int initrd_make(struct attempt *a, int64_t until_ns)
{
	char key[FILE_SHA256_HEX];
	char sha256[FILE_SHA256_HEX] = "";
	_words_ struct words libraries = {0};
	_json_ json_t *known = NULL;
	_free_ char *path = spool_path(&a->spool, "initrd");
	int r = library_list(a, until_ns, &libraries);
	r = r != 0 ? r : initrd_key(a, &libraries, key);
	if (r != 0) {
		return r;
	}
	const char *kept = NULL;
	if (store_recall(a->config->state, "initrd", key, &known) == 0 &&
		json_unpack(known, "{s:s}", "sha256", &kept) == 0 && name_is_sha256(kept) &&
		store_link(a->config->state, kept, path) == 0) {
		attempt_artifact(a, "initrd", kept);
		return 0;
	}
	r = initrd_build(a, &libraries, until_ns, sha256);
	if (r != 0) {
		return r;
	}
	_json_ json_t *made = json_pack("{s:s}", "sha256", sha256);
	store_remember(a->config->state, "initrd", key, made);
	r = store_link(a->config->state, sha256, path);
	if (r == 0) {
		attempt_artifact(a, "initrd", sha256);
	}
	return r == 0 ? 0 : log_fault("the initramfs is gone");
}
