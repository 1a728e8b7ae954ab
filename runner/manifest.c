/* Tables of keys with their types, then a check of each value. jansson keeps no places of values,
 * so a value's line is where its key, or its argument's name, first stands. */
#include "runner/manifest.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/argument.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/name.h"

enum { MANIFEST_BYTES_MAX = 65536, MANIFEST_ARGUMENTS_MAX = 32, MANIFEST_MEMORY_MAX = 1048576 };

/* The text that is read, for messages. */
struct page {
	const char *path, *text;
};

struct key {
	const char *name;
	json_type type;
	bool is_needed;
};

static const struct key manifest_keys[] = {
	{"arguments", JSON_ARRAY, false},
	{"name", JSON_STRING, true},
	{"needs", JSON_OBJECT, false},
	{"program", JSON_STRING, true},
	{"progress", JSON_STRING, false},
	{"summary", JSON_STRING, true},
	{"unit", JSON_STRING, false},
	{NULL, JSON_NULL, false},
};

static const struct key needs_keys[] = {
	{"file_systems", JSON_ARRAY, false},
	{"memory_mb", JSON_INTEGER, false},
	{"numa_nodes", JSON_INTEGER, false},
	{"programs", JSON_ARRAY, false},
	{"root", JSON_OBJECT, false},
	{NULL, JSON_NULL, false},
};

static const struct key root_keys[] = {
	{"mirror", JSON_STRING, false},
	{"packages", JSON_ARRAY, true},
	{"packages_of", JSON_OBJECT, false},
	{"suite", JSON_STRING, false},
	{NULL, JSON_NULL, false},
};

/* As json_type counts them. */
static const char *const type_names[] = {
	"an object", "a list", "a text", "a whole number", "a number", "true", "false", "null"};

/* The line on which `word` first stands in quotes behind the word `after` (NULL: anywhere). */
static int line_of(const struct page *page, const char *after, const char *word)
{
	_free_ char *quoted = alloc_format("\"%s\"", word);
	_free_ char *before = after != NULL ? alloc_format("\"%s\"", after) : alloc_copy("");
	const char *from = strstr(page->text, before);
	const char *at = strstr(from != NULL ? from : page->text, quoted);
	int line = 1;
	for (const char *p = page->text; at != NULL && p < at; p++) {
		line += *p == '\n';
	}
	return line;
}

static const struct key *key_find(const struct key *keys, const char *name)
{
	for (; keys->name != NULL; keys++) {
		if (strcmp(keys->name, name) == 0) {
			return keys;
		}
	}
	return NULL;
}

/* The keys of a table, for people; the caller's. */
static char *keys_list(const struct key *keys)
{
	char *list = alloc_copy("");
	for (; keys->name != NULL; keys++) {
		char *longer =
			alloc_format("%s%s%s", list, list[0] != '\0' ? ", " : "", keys->name);
		free(list);
		list = longer;
	}
	return list;
}

/* Every key is known and has its type, and those that are needed are there. */
static int keys_check(
	const struct page *page, const json_t *object, const struct key *keys, const char *within)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)object, name, value)
	{
		const struct key *key = key_find(keys, name);
		if (key == NULL) {
			_free_ char *list = keys_list(keys);
			return log_fault("%s:%d: unknown key \"%s\"; there are %s", page->path,
				line_of(page, within, name), name, list);
		}
		if (json_typeof(value) != key->type) {
			return log_fault("%s:%d: \"%s\" must be %s, not %s", page->path,
				line_of(page, within, name), name, type_names[key->type],
				type_names[json_typeof(value)]);
		}
	}
	for (; keys->name != NULL; keys++) {
		if (keys->is_needed && json_object_get(object, keys->name) == NULL) {
			return log_fault("%s:1: the key \"%s\" is missing", page->path, keys->name);
		}
	}
	return 0;
}

/* A list of names that become parts of paths. */
static int names_check(const struct page *page, const json_t *list, const char *key)
{
	size_t i;
	json_t *item;
	json_array_foreach((json_t *)list, i, item)
	{
		if (!json_is_string(item) || !name_is_part(json_string_value(item))) {
			return log_fault("%s:%d: \"%s\" must be a list of plain names; number %zu "
					 "is none",
				page->path, line_of(page, NULL, key), key, i + 1);
		}
	}
	return 0;
}

/* Packages for all architectures, and more for one: their names differ there. */
static int root_take(const struct page *page, const json_t *root, struct manifest *m)
{
	const char *arch;
	json_t *list;
	int r = keys_check(page, root, root_keys, "root");
	m->packages = json_object_get(root, "packages");
	m->packages_of = json_object_get(root, "packages_of");
	m->suite = json_string_value(json_object_get(root, "suite"));
	m->suite = m->suite != NULL ? m->suite : "bookworm";
	m->mirror = json_string_value(json_object_get(root, "mirror"));
	m->mirror = m->mirror != NULL ? m->mirror : "http://deb.debian.org/debian";
	r = r < 0 ? r : names_check(page, m->packages, "packages");
	json_object_foreach((json_t *)m->packages_of, arch, list)
	{
		r = r < 0 ? r : names_check(page, list, arch);
	}
	if (r == 0 && !name_is_part(m->suite)) {
		return log_fault("%s:%d: \"suite\" must be one plain name", page->path,
			line_of(page, "root", "suite"));
	}
	if (r == 0 && !name_is_url(m->mirror)) {
		return log_fault("%s:%d: \"mirror\" must be a URL", page->path,
			line_of(page, "root", "mirror"));
	}
	return r;
}

static int needs_take(const struct page *page, struct manifest *m)
{
	const json_t *root = NULL;
	const json_t *needs = json_object_get(m->json, "needs");
	int r = keys_check(page, needs, needs_keys, "needs");
	if (r < 0) {
		return r;
	}
	m->numa_nodes = json_integer_value(json_object_get(needs, "numa_nodes"));
	m->memory_mb = json_integer_value(json_object_get(needs, "memory_mb"));
	m->file_systems = json_object_get(needs, "file_systems");
	if (m->numa_nodes < 0 || m->numa_nodes > 64) {
		return log_fault("%s:%d: \"numa_nodes\" is from 1 to 64", page->path,
			line_of(page, "needs", "numa_nodes"));
	}
	if (m->memory_mb < 0 || m->memory_mb > MANIFEST_MEMORY_MAX) {
		return log_fault("%s:%d: \"memory_mb\" is from 1 to %d", page->path,
			line_of(page, "needs", "memory_mb"), MANIFEST_MEMORY_MAX);
	}
	m->programs = json_object_get(needs, "programs");
	root = json_object_get(needs, "root");
	r = names_check(page, m->file_systems, "file_systems");
	r = r < 0 ? r : names_check(page, m->programs, "programs");
	return r < 0 || root == NULL ? r : root_take(page, root, m);
}

/* The line of argument `i` of the list. */
static int argument_line(const struct page *page, const json_t *list, size_t i)
{
	const char *name = json_string_value(json_object_get(json_array_get(list, i), "name"));
	return line_of(page, name != NULL ? "arguments" : NULL, name != NULL ? name : "arguments");
}

static int arguments_take(const struct page *page, struct manifest *m)
{
	m->arguments = json_object_get(m->json, "arguments");
	if (json_array_size(m->arguments) > MANIFEST_ARGUMENTS_MAX) {
		return log_fault("%s:%d: there may be %d arguments", page->path,
			line_of(page, NULL, "arguments"), MANIFEST_ARGUMENTS_MAX);
	}
	for (size_t i = 0; i < json_array_size(m->arguments); i++) {
		struct argument argument;
		char why[ARGUMENT_WHY_MAX];
		if (argument_read(json_array_get(m->arguments, i), &argument, why) != 0) {
			return log_fault(
				"%s:%d: %s", page->path, argument_line(page, m->arguments, i), why);
		}
		for (size_t k = 0; k < i; k++) {
			const json_t *other =
				json_object_get(json_array_get(m->arguments, k), "name");
			if (strcmp(json_string_value(other), argument.name) == 0) {
				return log_fault("%s:%d: argument '%s' stands there twice",
					page->path, argument_line(page, m->arguments, k),
					argument.name);
			}
		}
	}
	return 0;
}

static int progress_take(const struct page *page, struct manifest *m)
{
	m->progress = json_string_value(json_object_get(m->json, "progress"));
	m->unit = json_string_value(json_object_get(m->json, "unit"));
	m->progress = m->progress != NULL ? m->progress : "time";
	m->unit = m->unit != NULL ? m->unit : "seconds";
	if (strcmp(m->progress, "pipe") != 0 && strcmp(m->progress, "time") != 0) {
		return log_fault("%s:%d: \"progress\" is \"pipe\" or \"time\", not \"%s\"",
			page->path, line_of(page, NULL, "progress"), m->progress);
	}
	return name_is_part(m->unit) ? 0
				     : log_fault("%s:%d: \"unit\" must be one plain word",
					       page->path, line_of(page, NULL, "unit"));
}

static int words_take(const struct page *page, const char *name, struct manifest *m)
{
	m->name = json_string_value(json_object_get(m->json, "name"));
	m->summary = json_string_value(json_object_get(m->json, "summary"));
	m->program = json_string_value(json_object_get(m->json, "program"));
	if (strcmp(m->name, name) != 0) {
		return log_fault("%s:%d: \"name\" is \"%s\", and must be as the folder's: \"%s\"",
			page->path, line_of(page, NULL, "name"), m->name, name);
	}
	if (!name_is_part(m->program)) {
		return log_fault("%s:%d: \"program\" must be a plain name: it is looked for in "
				 "this folder and among the installed programs",
			page->path, line_of(page, NULL, "program"));
	}
	return 0;
}

int manifest_take(
	const char *path, const char *name, const char *text, size_t size, struct manifest *m)
{
	const struct page page = {path, text};
	json_error_t error;
	*m = (struct manifest){.json = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error)};
	if (m->json == NULL) {
		return log_fault("%s:%d: %s", path, error.line, error.text);
	}
	if (!json_is_object(m->json)) {
		return log_fault("%s:1: a manifest is a JSON object", path);
	}
	int r = keys_check(&page, m->json, manifest_keys, NULL);
	r = r < 0 ? r : words_take(&page, name, m);
	r = r < 0 ? r : progress_take(&page, m);
	r = r < 0 ? r : needs_take(&page, m);
	return r < 0 ? r : arguments_take(&page, m);
}

int manifest_read(const char *folder, struct manifest *m)
{
	*m = (struct manifest){0};
	_free_ char *path = alloc_format("%s/manifest.json", folder);
	_free_ char *text = NULL;
	size_t size = 0;
	const int r = access(path, F_OK) < 0 ? FILE_ABSENT
					     : file_read(path, MANIFEST_BYTES_MAX, &text, &size);
	const char *name = strrchr(folder, '/');
	return r != 0 ? r : manifest_take(path, name != NULL ? name + 1 : folder, text, size, m);
}

void manifest_fini(struct manifest *m)
{
	json_decref(m->json);
	*m = (struct manifest){0};
}
