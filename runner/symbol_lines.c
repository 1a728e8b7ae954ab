/* What addr2line says of places. It names files as the compiler saw them: from the output folder
 * ("../mm/filemap.c") below the worktree in which the object was first made, since the compiler's
 * cache serves all worktrees. */
#include "runner/symbol_table.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"

/* Takes "." and "x/.." out of a path, in place. */
static void path_straighten(char *path)
{
	_free_ char *whole = alloc_copy(path);
	char *out = path;
	char *rest = NULL;
	for (char *part = strtok_r(whole, "/", &rest); part != NULL;
		part = strtok_r(NULL, "/", &rest)) {
		*out = '\0';
		if (strcmp(part, ".") == 0) {
			continue;
		}
		char *slash = strrchr(path, '/');
		if (strcmp(part, "..") == 0 && out > path) {
			out = slash != NULL ? slash : path;
			continue;
		}
		if (strcmp(part, "..") == 0) {
			continue;
		}
		const size_t n = strlen(part);
		if (out > path || whole[0] == '/') {
			*out++ = '/';
		}
		memmove(out, part, n);
		out += n;
	}
	*out = '\0';
}

/* Below …/worktrees/NAME/ and, there, out-…/ . */
static const char *path_relative(const char *path)
{
	static const char folder[] = "/worktrees/";
	const char *found = strstr(path, folder);
	if (found != NULL) {
		const char *slash = strchr(found + sizeof(folder) - 1, '/');
		path = slash != NULL ? slash + 1 : path;
	}
	const char *inside = strncmp(path, "out-", 4) == 0 ? strchr(path, '/') : NULL;
	return inside != NULL ? inside + 1 : path;
}

/* "../mm/filemap.c:2700 (discriminator 3)"; NULL when the file is not known. */
static json_t *place_read(const char *function, char *place)
{
	char *note = strstr(place, " (discriminator");
	if (note != NULL) {
		*note = '\0';
	}
	char *colon = strrchr(place, ':');
	int64_t line = 0;
	if (colon == NULL || place[0] == '?' || strcmp(function, "??") == 0) {
		return NULL;
	}
	*colon = '\0';
	if (number_parse(colon + 1, 0, INT32_MAX, &line) != 0) {
		line = 0;
	}
	path_straighten(place);
	return json_pack("{s:s, s:s, s:I}", "function", function, "file", path_relative(place),
		"line", (json_int_t)line);
}

json_t *symbol_lines_read(char *text, size_t n)
{
	json_t *all = json_array();
	json_t *one = NULL;
	char *rest = NULL;
	const char *function = NULL;
	for (char *line = strtok_r(text, "\n", &rest); line != NULL;
		line = strtok_r(NULL, "\n", &rest)) {
		if (strncmp(line, "0x", 2) == 0) {
			one = json_array();
			json_array_append_new(all, one);
			function = NULL;
		} else if (one != NULL && function == NULL) {
			function = line;
		} else if (one != NULL) {
			json_t *place = place_read(function, line);
			if (place != NULL) {
				json_array_append_new(one, place);
			}
			function = NULL;
		}
	}
	while (json_array_size(all) < n) {
		json_array_append_new(all, json_array());
	}
	return all;
}
