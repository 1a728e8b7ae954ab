/* Looks embedded files up by their path in the repository. */
#include "assets.h"

#include <string.h>

const struct asset *asset_find(const char *path)
{
	for (const struct asset *a = faultline_assets; a->path != NULL; a++) {
		if (strcmp(a->path, path) == 0) {
			return a;
		}
	}
	return NULL;
}
