/* Stage patches: commits that something wants to put on a base which does not hold them become
 * patches, as git format-patch makes them of the tree's mirror. */
#include "work/stage.h"

#include <stdlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "store/crossing.h"
#include "store/db.h"
#include "work/mirror.h"

/* As large as a patch that somebody posts may be. */
enum { PATCH_BYTES_MAX = 1 << 20 };

/* 0 and *text, or NULL and *said, why there is none; MIRROR_BUSY or GIT_STOPPED: later. */
static int patch_ask(struct stage_place *place, const struct commit_patch *patch, char **text,
	size_t *size, char **said)
{
	_free_ char *folder = alloc_format("%s/mirrors", place->state_folder);
	_file_ FILE *out = NULL;
	struct mirror mirror;
	int outcome = mirror_open(&mirror, folder, patch->tree, place->stop_fd, said);
	if (outcome == 0) {
		outcome = mirror_patch(&mirror, patch->sha, &out, said);
	}
	mirror_close(&mirror);
	if (outcome == MIRROR_BUSY || outcome == GIT_STOPPED) {
		return outcome;
	}
	if (outcome == 0) {
		char *bytes = alloc_zero(PATCH_BYTES_MAX + 1, 1);
		*size = fread(bytes, 1, PATCH_BYTES_MAX + 1, out);
		*text = bytes;
	}
	if (outcome != 0 && *said == NULL) {
		*said = alloc_copy("git could not be asked; the server's log says more");
	}
	return 0;
}

static int turn(struct stage_place *place)
{
	_commit_patch_ struct commit_patch patch = {0};
	_free_ char *text = NULL;
	_free_ char *said = NULL;
	size_t size = 0;
	int outcome = commit_patch_next(place->db, &patch);
	if (outcome != 0) {
		return outcome;
	}
	if (patch.is_merge) {
		return commit_patch_put(place->db, &patch, NULL, 0, "a merge is no patch");
	}
	outcome = patch_ask(place, &patch, &text, &size, &said);
	if (outcome != 0) {
		return CROSSING_NONE; /* another is at it, or we end: later */
	}
	const char *why = text == NULL             ? said
			  : size == 0              ? "it changes nothing"
			  : size > PATCH_BYTES_MAX ? "it is larger than 1 MiB"
						   : NULL;
	return commit_patch_put(place->db, &patch, why == NULL ? text : NULL, size, why);
}

int stage_patches(struct stage_place *place)
{
	const int outcome = turn(place);
	if (outcome == CROSSING_NONE) {
		return STAGE_IDLE;
	}
	if (outcome > 0) {
		return log_fault("cannot keep a patch: %s", stage_why(place->db, outcome));
	}
	return outcome < 0 ? outcome : STAGE_DID;
}
