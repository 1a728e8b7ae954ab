/* Folders → manifests, programs and arguments. */
#include "runner/workload.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/argument.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/name.h"

char *workload_init_path(const struct config *config, const struct arch *arch)
{
	return alloc_format("%s/%s/faultline-guest", config->guest_folder, arch->name);
}

/* The folders that hold workloads, the first first; NULL: there is none. */
static const char *workload_place(const struct config *config, int i)
{
	return i == 0 ? config->own_workloads : config->workloads_folder;
}

enum { WORKLOAD_PLACES = 2 };

/* The program as a file that can be run; the caller's, or NULL. */
static char *workload_runnable(char *path)
{
	if (access(path, X_OK) == 0) {
		return path;
	}
	free(path);
	return NULL;
}

/* Ours are static, whatever folder they lie in. */
static char *workload_own_program(
	const struct config *config, const struct arch *arch, const struct workload *w)
{
	const char *program = w->manifest.program;
	char *path = workload_runnable(alloc_format("%s/%s/%s", w->folder, arch->name, program));
	path = path != NULL ? path : workload_runnable(alloc_format("%s/%s", w->folder, program));
	return path != NULL ? path
			    : workload_runnable(alloc_format(
				      "%s/%s/%s", config->guest_folder, arch->name, program));
}

/* Those of packages, with libraries below the root they lie in. A root of "" is the host. */
static void workload_find_packaged(
	const struct config *config, const struct arch *arch, struct workload *w)
{
	static const char *const folders[] = {"/usr/local/bin", "/usr/bin", "/bin"};
	_free_ char *root = alloc_format("%s/%s", config->roots, arch->name);
	const char *const roots[] = {root, arch_is_native(arch) ? "" : NULL};
	for (size_t i = 0; i < 6 && roots[i / 3] != NULL && w->program_path == NULL; i++) {
		w->program_path = workload_runnable(
			alloc_format("%s%s/%s", roots[i / 3], folders[i % 3], w->manifest.program));
		free(w->root);
		w->root = alloc_copy(roots[i / 3]);
	}
}

/* Whether all of the other programs are there. */
static bool workload_find_helpers(
	const struct config *config, const struct arch *arch, struct workload *w)
{
	size_t i;
	json_t *item;
	json_array_foreach((json_t *)w->manifest.programs, i, item)
	{
		_free_ char *path = workload_runnable(alloc_format(
			"%s/%s/%s", config->guest_folder, arch->name, json_string_value(item)));
		if (path == NULL) {
			return false;
		}
		words_add(&w->helpers, path);
	}
	return true;
}

int workload_read(
	const struct config *config, const struct arch *arch, const char *name, struct workload *w)
{
	*w = (struct workload){0};
	int r = name_is_part(name) ? FILE_ABSENT : WORKLOAD_UNKNOWN;
	for (int i = 0; i < WORKLOAD_PLACES && r == FILE_ABSENT; i++) {
		if (workload_place(config, i) != NULL) {
			free(w->folder);
			w->folder = alloc_format("%s/%s", workload_place(config, i), name);
			r = manifest_read(w->folder, &w->manifest);
		}
	}
	if (r != 0) {
		return r < 0 ? r : WORKLOAD_UNKNOWN;
	}
	w->program_guest = alloc_format("/workloads/%s", w->manifest.program);
	w->program_path = workload_own_program(config, arch, w);
	if (w->program_path == NULL) {
		workload_find_packaged(config, arch, w);
	}
	return w->program_path != NULL && workload_find_helpers(config, arch, w)
		       ? 0
		       : WORKLOAD_NO_PROGRAM;
}

void workload_fini(struct workload *w)
{
	manifest_fini(&w->manifest);
	free(w->folder);
	free(w->program_path);
	free(w->program_guest);
	free(w->root);
	words_fini(&w->helpers);
	*w = (struct workload){0};
}

static bool workload_takes_fs(const struct manifest *m, const char *fs)
{
	size_t i;
	json_t *item;
	json_array_foreach((json_t *)m->file_systems, i, item)
	{
		if (strcmp(json_string_value(item), fs) == 0) {
			return true;
		}
	}
	return json_array_size(m->file_systems) == 0;
}

char *workload_refuse(const struct workload *w, const struct job *job)
{
	const struct manifest *m = &w->manifest;
	char why[ARGUMENT_WHY_MAX];
	_free_ char *arguments = NULL;
	if (m->packages != NULL && job->revision.running != NULL) {
		return alloc_format(
			"workload '%s' has a root file system of its own, which needs a "
			"guest: not the kernel that runs here",
			m->name);
	}
	/* A profile that gives none takes the machine as it is. */
	if (job->profile.numa_nodes > 0 && job->profile.numa_nodes < m->numa_nodes) {
		return alloc_format("workload '%s' needs %lld NUMA nodes, the profile has %lld",
			m->name, (long long)m->numa_nodes, (long long)job->profile.numa_nodes);
	}
	if (job->profile.memory_mb > 0 && job->profile.memory_mb < m->memory_mb) {
		return alloc_format("workload '%s' needs %lld MiB of memory, the profile has %lld",
			m->name, (long long)m->memory_mb, (long long)job->profile.memory_mb);
	}
	if (!workload_takes_fs(m, job->profile.fs)) {
		return alloc_format("workload '%s' does not run on the file system '%s'", m->name,
			job->profile.fs);
	}
	if (arguments_make(m->arguments, job->profile.workload_args, &arguments, why) != 0) {
		return alloc_format("workload '%s': %s", m->name, why);
	}
	return NULL;
}

int workload_arguments(const struct workload *w, const json_t *chosen, char **out)
{
	char why[ARGUMENT_WHY_MAX];
	return arguments_make(w->manifest.arguments, chosen, out, why) == 0
		       ? 0
		       : log_fault("workload '%s': %s", w->manifest.name, why);
}

static bool workload_is_listed(const struct words *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->list[i], name) == 0) {
			return true;
		}
	}
	return false;
}

void workload_names(const struct config *config, struct words *out)
{
	for (int i = 0; i < WORKLOAD_PLACES; i++) {
		struct dirent **entries = NULL;
		const char *place = workload_place(config, i);
		const int n = place != NULL ? scandir(place, &entries, NULL, alphasort) : 0;
		for (int k = 0; k < n; k++) {
			const char *name = entries[k]->d_name;
			_free_ char *path = alloc_format("%s/%s/manifest.json", place, name);
			if (name_is_part(name) && access(path, F_OK) == 0 &&
				!workload_is_listed(out, name)) {
				words_add(out, name);
			}
			free(entries[k]);
		}
		free(entries);
	}
}
