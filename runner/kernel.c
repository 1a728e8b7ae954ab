/* Key → {image, config, release, seconds} in the store. */
#include "runner/kernel.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/output.h"
#include "runner/process.h"
#include "runner/store.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/name.h"

enum { KERNEL_FRAGMENT_MAX = 1 << 20, KERNEL_RULES = 1 /* counts changes of how build.c builds */ };

/* The config `tiny` is tinyconfig with the common and the architecture's fragment, and that of the
 * page size; any other name adds one of its own. */
static bool kernel_is_plain(const struct attempt *a)
{
	return strcmp(a->job.profile.config, "tiny") == 0;
}

int kernel_fragments(struct attempt *a, struct words *out)
{
	const char *const names[] = {"common", a->arch->name,
		arch_pages(a->arch, a->job.profile.page_size)->fragment,
		kernel_is_plain(a) ? NULL : a->job.profile.config,
		a->is_debug_build ? "debug-info" : NULL};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i] == NULL) {
			continue;
		}
		words_format(out, "%s/%s.fragment", a->config->configs_folder, names[i]);
		if (access(out->list[out->count - 1], R_OK) < 0) {
			return attempt_end(a, RESULT_FAULT,
				"this runner has no config fragment '%s'", names[i]);
		}
	}
	return 0;
}

char *kernel_toolchain(struct attempt *a, int64_t until_ns)
{
	static const char *const programs[] = {"gcc", "ld"};
	char *all = alloc_copy("");
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		_free_ char *program =
			arch_is_native(a->arch)
				? alloc_copy(programs[i])
				: alloc_format("%s%s", a->arch->cross_compile, programs[i]);
		const char *const argv[] = {program, "--version", NULL};
		const struct process_spec spec = {.argv = argv};
		_free_ char *text = NULL;
		int status = 0;
		if (process_capture(&spec, a->halt, until_ns, 0, &status, &text) != 0) {
			continue;
		}
		char *longer = alloc_format("%s%.*s\n", all, (int)strcspn(text, "\n"), text);
		free(all);
		all = longer;
	}
	return all;
}

int kernel_key(struct attempt *a, const char *tree, int64_t until_ns)
{
	_words_ struct words fragments = {0};
	int r = kernel_fragments(a, &fragments);
	if (r != 0) {
		return r;
	}
	_free_ char *toolchain = kernel_toolchain(a, until_ns);
	char *text = NULL;
	size_t size = 0;
	FILE *inputs = open_memstream(&text, &size);
	fprintf(inputs, "%d\n%s\n%s\n%s", KERNEL_RULES, a->arch->name, tree, toolchain);
	for (size_t i = 0; r == 0 && i < fragments.count; i++) {
		_free_ char *fragment = NULL;
		r = file_read(fragments.list[i], KERNEL_FRAGMENT_MAX, &fragment, NULL);
		fputs(r == 0 ? fragment : "", inputs);
	}
	fclose(inputs);
	char key[FILE_SHA256_HEX];
	file_sha256_bytes(text, size, key);
	free(text);
	free(a->kernel_key);
	a->kernel_key = alloc_copy(key);
	a->built = arch_is_native(a->arch) ? "native" : "cross";
	return r;
}

static int kernel_link(struct attempt *a, const char *name, const char *sha256)
{
	_free_ char *path = spool_path(&a->spool, name);
	const int r = store_link(a->config->state, sha256, path);
	if (r == 0) {
		attempt_artifact(a, name, sha256);
	}
	return r;
}

int kernel_recall(struct attempt *a)
{
	_json_ json_t *known = NULL;
	const char *image = NULL;
	const char *config = NULL;
	const char *release = NULL;
	const char *build_id = NULL;
	_free_ char *found = NULL;
	_free_ char *found_config = NULL;
	if (store_recall(a->config->state, "kernel", a->kernel_key, &known) != 0 ||
		json_unpack(known, "{s:s, s:s, s:s, s?s}", "image", &image, "config", &config,
			"release", &release, "build_id", &build_id) < 0 ||
		!name_is_sha256(image) || !name_is_sha256(config) ||
		store_find(a->config->state, image, &found) != 0 ||
		store_find(a->config->state, config, &found_config) != 0) {
		return KERNEL_ABSENT;
	}
	const int r = kernel_link(a, "image", image);
	if (r != 0 || kernel_link(a, "config", config) != 0) {
		return log_fault("cannot take the kept kernel");
	}
	a->build_release = alloc_copy(release);
	a->build_id = build_id != NULL ? alloc_copy(build_id) : NULL;
	a->is_built_from_cache = true;
	attempt_say(a,
		"kernel %s is kept from an earlier build of the same source, config and compiler",
		release);
	return 0;
}

static int kernel_store(struct attempt *a, const char *path, char sha256[FILE_SHA256_HEX])
{
	_free_ char *copy = store_temporary(a->config->state, "kernel");
	int r = output_copy(a, path, copy);
	r = r < 0 ? r : store_take(a->config->state, copy, sha256);
	unlink(copy);
	return r;
}

int kernel_keep(struct attempt *a, const char *image, const char *config)
{
	char image_sha256[FILE_SHA256_HEX];
	char config_sha256[FILE_SHA256_HEX];
	int r = kernel_store(a, image, image_sha256);
	r = r < 0 ? r : kernel_store(a, config, config_sha256);
	if (r < 0) {
		return r;
	}
	_json_ json_t *known = json_pack("{s:s, s:s, s:s, s:f, s:s*}", "image", image_sha256,
		"config", config_sha256, "release", a->build_release, "seconds", a->build_seconds,
		"build_id", a->build_id);
	store_remember(a->config->state, "kernel", a->kernel_key, known);
	r = kernel_link(a, "image", image_sha256);
	r = r != 0 ? r : kernel_link(a, "config", config_sha256);
	return r > 0 ? log_fault("the kernel just built is gone") : r;
}
