/* Manifests: {name, summary, program, progress, arguments:[{name, flag, type, default, help}]}. */
#include "runner/workload.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/name.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"

enum { WORKLOAD_MANIFEST_MAX = 65536 };

char *workload_init_path(const struct config *config, const struct arch *arch)
{
	return alloc_format("%s/%s/faultline-guest", config->guest_folder, arch->name);
}

/* Where programs of `arch` are: our own, then those of packages. A root of "" is the host. */
static void workload_find_program(
	const struct config *config, const struct arch *arch, struct workload *workload)
{
	static const char *const folders[] = {"/usr/local/bin", "/usr/bin", "/bin"};
	_free_ char *root = alloc_format("%s/%s", config->roots, arch->name);
	const char *const roots[] = {root, arch_is_native(arch) ? "" : NULL};
	char *path = alloc_format("%s/%s/%s", config->guest_folder, arch->name, workload->program);
	for (size_t i = 0; access(path, X_OK) < 0; i++) {
		free(path);
		path = NULL;
		if (i >= 6 || roots[i / 3] == NULL) {
			return;
		}
		path = alloc_format("%s%s/%s", roots[i / 3], folders[i % 3], workload->program);
		free(workload->root);
		workload->root = alloc_copy(roots[i / 3]);
	}
	workload->program_path = path;
}

int workload_read(const struct config *config, const struct arch *arch, const char *name,
	struct workload *out)
{
	*out = (struct workload){.progress = "time"};
	_free_ char *path = alloc_format("%s/%s/manifest.json", config->workloads_folder, name);
	_free_ char *text = NULL;
	size_t size = 0;
	if (!name_is_part(name) || access(path, R_OK) < 0) {
		return WORKLOAD_UNKNOWN;
	}
	int r = file_read(path, WORKLOAD_MANIFEST_MAX, &text, &size);
	if (r != 0) {
		return r < 0 ? r : WORKLOAD_UNKNOWN;
	}
	json_error_t error;
	out->manifest = json_loadb(text, size, 0, &error);
	if (out->manifest == NULL ||
		json_unpack_ex(out->manifest, &error, 0, "{s:s, s:s, s?s}", "name", &out->name,
			"program", &out->program, "progress", &out->progress) < 0) {
		return log_fault("'%s' is no manifest: %s", path, error.text);
	}
	if (!name_is_part(out->program)) {
		return log_fault("'%s' names a program that is no plain name", path);
	}
	workload_find_program(config, arch, out);
	out->program_guest = alloc_format("/workloads/%s", out->program);
	return out->program_path != NULL ? 0 : WORKLOAD_UNKNOWN;
}

void workload_fini(struct workload *workload)
{
	json_decref(workload->manifest);
	free(workload->program_path);
	free(workload->program_guest);
	free(workload->root);
	*workload = (struct workload){0};
}

/* What the job says for argument `name`, or NULL. */
static const char *workload_chosen(const json_t *chosen, const char *name)
{
	const size_t length = strlen(name);
	size_t i;
	json_t *item;
	json_array_foreach(chosen, i, item)
	{
		const char *text = json_string_value(item);
		if (text != NULL && strncmp(text, name, length) == 0 && text[length] == '=') {
			return text + length + 1;
		}
	}
	return NULL;
}

/* "name=value" whose name the manifest does not have: a mistake in the profile that must not pass
 * as a default. */
static int workload_check(
	const struct workload *workload, const json_t *arguments, const json_t *chosen)
{
	size_t i;
	json_t *item;
	json_array_foreach(chosen, i, item)
	{
		const char *text = json_string_value(item);
		const size_t length = strcspn(text, "=");
		bool is_known = false;
		size_t k;
		json_t *argument;
		json_array_foreach(arguments, k, argument)
		{
			const char *name = json_string_value(json_object_get(argument, "name"));
			is_known |= name != NULL && strlen(name) == length &&
				    strncmp(name, text, length) == 0;
		}
		if (!is_known || text[length] != '=' || strchr(text, ',') != NULL) {
			return log_fault(
				"workload '%s' has no argument '%s'", workload->name, text);
		}
	}
	return 0;
}

/* The default as text, whatever JSON type it has; the caller's, NULL when there is none. */
static char *workload_default(const json_t *argument)
{
	const json_t *value = json_object_get(argument, "default");
	if (json_is_string(value)) {
		return alloc_copy(json_string_value(value));
	}
	if (json_is_boolean(value)) {
		return alloc_copy(json_is_true(value) ? "true" : "false");
	}
	return json_is_integer(value) ? alloc_format("%lld", (long long)json_integer_value(value))
				      : NULL;
}

int workload_arguments(const struct workload *workload, const json_t *chosen, char **out)
{
	const json_t *arguments = json_object_get(workload->manifest, "arguments");
	const int r = workload_check(workload, arguments, chosen);
	if (r < 0) {
		return r;
	}
	size_t size = 0;
	FILE *text = open_memstream(out, &size);
	size_t i;
	json_t *argument;
	json_array_foreach(arguments, i, argument)
	{
		const char *name = json_string_value(json_object_get(argument, "name"));
		const char *flag = json_string_value(json_object_get(argument, "flag"));
		const char *type = json_string_value(json_object_get(argument, "type"));
		const char *given = name != NULL ? workload_chosen(chosen, name) : NULL;
		_free_ char *value = given != NULL ? alloc_copy(given) : workload_default(argument);
		const bool is_switch = type != NULL && strncmp(type, "bool", 4) == 0;
		if (flag == NULL || value == NULL || (is_switch && strcmp(value, "true") != 0)) {
			continue;
		}
		fprintf(text, "%s%s", ftell(text) > 0 ? "," : "", flag);
		if (!is_switch) {
			fprintf(text, ",%s", value);
		}
	}
	fclose(text);
	return 0;
}

json_t *workload_names(const struct config *config, const struct arch *arch)
{
	json_t *names = json_array();
	struct dirent **entries = NULL;
	const int n = scandir(config->workloads_folder, &entries, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		struct workload workload;
		if (workload_read(config, arch, entries[i]->d_name, &workload) == 0) {
			json_array_append_new(names, json_string(workload.name));
		}
		workload_fini(&workload);
		free(entries[i]);
	}
	free(entries);
	return names;
}
