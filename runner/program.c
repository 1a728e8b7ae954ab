/* PATH, as execvp(3) reads it. */
#include "runner/program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"

static char *program_at(char *path)
{
	if (access(path, X_OK) == 0) {
		return path;
	}
	free(path);
	return NULL;
}

char *program_find(const char *name)
{
	const char *path = getenv("PATH");
	if (strchr(name, '/') != NULL) {
		return program_at(alloc_copy(name));
	}
	_free_ char *folders = alloc_copy(path != NULL ? path : "/usr/bin:/bin");
	char *found = NULL;
	char *rest = folders;
	for (char *folder = strsep(&rest, ":"); found == NULL && folder != NULL;
		folder = strsep(&rest, ":")) {
		found = program_at(alloc_format("%s/%s", folder, name));
	}
	return found;
}
