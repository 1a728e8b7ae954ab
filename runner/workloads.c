/* Each workload with the architectures it can run on. */
#include "runner/workloads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/arch.h"
#include "runner/boot.h"
#include "runner/workload.h"
#include "shared/alloc.h"
#include "shared/argument.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"

/* A root file system of its own needs a guest. */
static bool workloads_takes(
	const struct config *config, const struct arch *arch, const struct workload *w)
{
	const bool is_self = strcmp(config->backend, "self") == 0;
	return boot_takes(config, arch) && !(is_self && w->manifest.packages != NULL);
}

/* Adds the names of the architectures for which its program is there. 0, WORKLOAD_NO_PROGRAM when
 * there is none, WORKLOAD_UNKNOWN or a fault. */
static int workloads_arches(
	const struct config *config, const char *name, bool is_taken_only, json_t *arches)
{
	int r = 0;
	for (int i = 0; r == 0 && arch_at(i) != NULL; i++) {
		struct workload w;
		r = workload_read(config, arch_at(i), name, &w);
		if (r == 0 && (!is_taken_only || workloads_takes(config, arch_at(i), &w))) {
			json_array_append_new(arches, json_string(arch_at(i)->name));
		}
		r = r == WORKLOAD_NO_PROGRAM ? 0 : r;
		workload_fini(&w);
	}
	return r == 0 && json_array_size(arches) == 0 ? WORKLOAD_NO_PROGRAM : r;
}

json_t *workloads_facts(const struct config *config)
{
	json_t *facts = json_array();
	_words_ struct words names = {0};
	workload_names(config, &names);
	for (size_t i = 0; i < names.count; i++) {
		json_t *arches = json_array();
		struct workload w = {0};
		if (workloads_arches(config, names.list[i], true, arches) == 0 &&
			workload_read(config, arch_at(0), names.list[i], &w) >= 0) {
			const json_t *arguments = w.manifest.arguments;
			json_array_append_new(
				facts, json_pack("{s:s, s:s, s:O, s:o}", "name", w.manifest.name,
					       "summary", w.manifest.summary, "arches", arches,
					       "arguments",
					       arguments != NULL ? json_deep_copy(arguments)
								 : json_array()));
		}
		workload_fini(&w);
		json_decref(arches);
	}
	return facts;
}

static void workloads_print(const struct manifest *m, const json_t *arches)
{
	printf("%s: %s\n", m->name, m->summary);
	printf("  runs on");
	for (size_t i = 0; i < json_array_size(arches); i++) {
		printf(" %s", json_string_value(json_array_get(arches, i)));
	}
	printf("%s; counts %s\n", json_array_size(arches) == 0 ? " nothing: no program" : "",
		m->unit);
	size_t i;
	json_t *item;
	json_array_foreach((json_t *)m->arguments, i, item)
	{
		struct argument argument;
		char why[ARGUMENT_WHY_MAX];
		if (argument_read(item, &argument, why) == 0) {
			_free_ char *type = argument_describe(&argument);
			printf("  %-14s %s; %s\n", argument.name, type, argument.help);
		}
	}
}

static int workloads_show_one(const struct config *config, const char *name)
{
	_json_ json_t *arches = json_array();
	struct workload w = {0};
	int r = workloads_arches(config, name, false, arches);
	if (r == WORKLOAD_UNKNOWN) {
		return log_fault("there is no workload '%s'; without a name all are listed", name);
	}
	r = r < 0 ? r : workload_read(config, arch_at(0), name, &w);
	if (r >= 0) {
		workloads_print(&w.manifest, arches);
	}
	workload_fini(&w);
	return r < 0 ? r : 0;
}

/* The folder as if it were installed: the one above it takes the place of the operator's own. */
static int workloads_show_folder(const struct config *config, const char *folder)
{
	_free_ char *path = realpath(folder, NULL);
	if (path == NULL) {
		return log_errno("cannot find the folder '%s'", folder);
	}
	char *slash = strrchr(path, '/');
	_free_ char *name = alloc_copy(slash + 1);
	*slash = '\0';
	struct config there = *config;
	there.own_workloads = path;
	return workloads_show_one(&there, name);
}

int workloads_show(const struct config *config)
{
	_words_ struct words names = {0};
	int result = 0;
	if (config->words[0] == NULL) {
		workload_names(config, &names);
	}
	for (char **word = config->words; *word != NULL; word++) {
		words_add(&names, *word);
	}
	for (size_t i = 0; i < names.count; i++) {
		const int r = strchr(names.list[i], '/') != NULL
				      ? workloads_show_folder(config, names.list[i])
				      : workloads_show_one(config, names.list[i]);
		result = r < 0 ? r : result;
	}
	return result;
}
