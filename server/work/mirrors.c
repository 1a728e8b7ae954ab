/* Mirrors of trees that are watched no more. */
#include "work/mirrors.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "store/tree.h"
#include "work/mirror.h"

static bool ends_with(const char *text, const char *end)
{
	const size_t n = strlen(text);
	return n > strlen(end) && strcmp(text + n - strlen(end), end) == 0;
}

static int mirror_look(struct db *db, const char *folder, const char *file)
{
	_free_ char *path = alloc_format("%s/%s", folder, file);
	if (ends_with(file, MIRROR_GONE)) { /* a server was killed while it removed it */
		file_remove_tree(path);
		return 0;
	}
	if (!ends_with(file, ".git")) {
		return 0;
	}
	_free_ char *name = alloc_copy_n(file, strlen(file) - strlen(".git"));
	bool is_known = true;
	const int outcome = tree_is_known(db, name, &is_known);
	if (outcome == 0 && !is_known && mirror_drop(folder, name) == 0) {
		log_info("removed '%s': no tree of that name is watched", path);
	}
	return outcome;
}

int mirrors_tidy(struct db *db, const char *folder)
{
	DIR *files = opendir(folder);
	if (files == NULL) {
		return 0; /* none was ever made */
	}
	int outcome = 0;
	for (struct dirent *e = readdir(files); e != NULL && outcome == 0; e = readdir(files)) {
		outcome = mirror_look(db, folder, e->d_name);
	}
	closedir(files);
	return outcome;
}
