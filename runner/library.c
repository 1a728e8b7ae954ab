/* A program of this host asks its own loader (ldd); one of another architecture cannot, so its
 * headers are read (readelf knows all architectures) and the names looked up where Debian's loaders
 * look. */
#include "runner/library.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/process.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"

enum { LIBRARY_LIMIT_S = 10, LIBRARY_MAX = 200 };

static int library_ask(struct attempt *a, const char *const *argv, int64_t until_ns, char **text)
{
	const struct process_spec spec = {.argv = argv};
	const int64_t limit_ns = attempt_until(a, LIBRARY_LIMIT_S);
	int status = 0;
	const int r = process_capture(
		&spec, a->halt, limit_ns < until_ns ? limit_ns : until_ns, 0, &status, text);
	if (r == PROCESS_HALTED) {
		return attempt_halted(a);
	}
	if (r != 0) {
		return r < 0 ? r : log_fault("cannot list the libraries of '%s'", argv[1]);
	}
	if (status != 0) { /* ldd says so of a static program */
		(*text)[0] = '\0';
	}
	return 0;
}

static int library_list_own(struct attempt *a, int64_t until_ns, struct words *out)
{
	const char *const argv[] = {"ldd", a->workload.program_path, NULL};
	_free_ char *text = NULL;
	const int r = library_ask(a, argv, until_ns, &text);
	char *rest = r == 0 ? text : NULL;
	for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
		char *path = strchr(line, '/');
		if (path != NULL) {
			path[strcspn(path, " ")] = '\0';
			words_add(out, path);
		}
	}
	return r;
}

/* `name` as a file below the root: a path, or to be found in the loaders' folders. */
static char *library_find(const struct attempt *a, const char *name)
{
	_free_ char *triplet =
		alloc_copy_n(a->arch->cross_compile, strlen(a->arch->cross_compile) - 1);
	static const char *const folders[] = {"/lib/", "/usr/lib/"};
	if (name[0] == '/') {
		char *path = alloc_format("%s%s", a->workload.root, name);
		if (access(path, R_OK) == 0) {
			return path;
		}
		free(path);
		return NULL;
	}
	for (size_t i = 0; i < 2 * sizeof(folders) / sizeof(folders[0]); i++) {
		char *path = alloc_format(
			"%s%s%s/%s", a->workload.root, folders[i % 2], i < 2 ? triplet : "", name);
		if (access(path, R_OK) == 0) {
			return path;
		}
		free(path);
	}
	return NULL;
}

static int library_need(const struct attempt *a, const char *name, struct words *out)
{
	_free_ char *path = library_find(a, name);
	if (path == NULL || out->count >= LIBRARY_MAX) {
		return log_fault("'%s' needs '%s', which is not below '%s'",
			a->workload.program_path, name, a->workload.root);
	}
	for (size_t i = 0; i < out->count; i++) {
		if (strcmp(out->list[i], path) == 0) {
			return 0;
		}
	}
	words_add(out, path);
	return 0;
}

/* Lines that name one: "(NEEDED) Shared library: [libz.so.1]" and "[Requesting program interpreter:
 * /lib/ld-linux-aarch64.so.1]". */
static int library_take_line(const struct attempt *a, char *line, struct words *out)
{
	char *name = NULL;
	if (strstr(line, "(NEEDED)") != NULL) {
		name = strchr(line, '[');
	} else if (strstr(line, "program interpreter: ") != NULL) {
		name = strrchr(line, ' ');
	}
	if (name == NULL) {
		return 0;
	}
	name[strcspn(name, "]")] = '\0';
	return library_need(a, name + 1, out);
}

static int library_list_of(struct attempt *a, const char *file, int64_t until_ns, struct words *out)
{
	const char *const argv[] = {
		"readelf", "--wide", "--dynamic", "--program-headers", file, NULL};
	_free_ char *text = NULL;
	int r = library_ask(a, argv, until_ns, &text);
	char *rest = r == 0 ? text : NULL;
	for (char *line = strsep(&rest, "\n"); r == 0 && line != NULL; line = strsep(&rest, "\n")) {
		r = library_take_line(a, line, out);
	}
	return r;
}

int library_list(struct attempt *a, int64_t until_ns, struct words *out)
{
	if (a->workload.root == NULL) {
		return 0; /* ours are static */
	}
	if (a->workload.root[0] == '\0') {
		return library_list_own(a, until_ns, out);
	}
	int r = library_list_of(a, a->workload.program_path, until_ns, out);
	for (size_t i = 0; r == 0 && i < out->count; i++) {
		r = library_list_of(a, out->list[i], until_ns, out);
	}
	return r;
}
