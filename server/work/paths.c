/* Stage paths: which commits of a range that is searched touch paths near the crash? They are
 * believed more from the beginning (statistics.md 5); the search weighs all anew when it is known.
 * git says what a commit touches, of the range only, so a large history costs nothing. */
#include "work/stage.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "console/near.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "stats/culprit.h"
#include "store/bisection_near.h"
#include "store/db.h"
#include "work/mirror.h"
#include "work/stack.h"

static struct near *near_read(const char *reports)
{
	struct near *near = near_new();
	_json_ json_t *list = json_loads(reports, 0, NULL);
	size_t i;
	const json_t *frames;
	json_array_foreach(list, i, frames)
	{
		_stack_ struct stack stack = stack_read(frames);
		near_add(near, stack.frames, stack.n);
	}
	return near;
}

static FILE *hashes_write(const struct git *git, const struct bisection_near *range)
{
	FILE *out = git_file(git->folder);
	for (size_t i = 0; out != NULL && i < range->n; i++) {
		fprintf(out, "%s\n", range->commits[i].sha);
	}
	return out;
}

/* The commit whose hash this line is, behind `last`; NULL: it is a path. */
static struct bisection_near_commit *commit_find(const struct bisection_near *range,
	const struct bisection_near_commit *last, const char *line)
{
	size_t i = last == NULL ? 0 : (size_t)(last - range->commits) + 1;
	const size_t size = i < range->n ? strlen(range->commits[i].sha) : 0;
	if (size == 0 || strlen(line) != size || strchr(line, '/') != NULL) {
		return NULL;
	}
	while (i < range->n && strcmp(range->commits[i].sha, line) != 0) {
		i++;
	}
	return i < range->n ? &range->commits[i] : NULL;
}

/* Each commit's first path that is near. git answers in the order it was asked in, and leaves out
 * what it does not have; *known says how many it has. */
static void touched_read(
	FILE *in, const struct near *near, const struct bisection_near *range, size_t *known)
{
	_free_ char *line = NULL;
	size_t capacity = 0;
	struct bisection_near_commit *commit = NULL;
	*known = 0;
	for (ssize_t n = getline(&line, &capacity, in); n >= 0; n = getline(&line, &capacity, in)) {
		line[strcspn(line, "\n")] = '\0';
		struct bisection_near_commit *next = commit_find(range, commit, line);
		if (next != NULL) {
			commit = next;
			++*known;
			continue;
		}
		const size_t place = commit == NULL ? 0 : near_size(near, line);
		if (place > 0 && commit->place == NULL) {
			commit->place = alloc_format("%.*s", (int)place, line);
		}
	}
}

/* 0; MIRROR_BUSY or GIT_STOPPED: later; else it cannot be known, and *said says why. */
static int touched_ask(struct stage_place *place, const struct near *near,
	const struct bisection_near *range, char **said)
{
	_free_ char *folder = alloc_format("%s/mirrors", place->state_folder);
	_file_ FILE *hashes = NULL;
	_file_ FILE *out = NULL;
	struct mirror mirror;
	size_t known = 0;
	int outcome = mirror_open(&mirror, folder, range->tree, place->stop_fd, said);
	if (outcome == 0) {
		hashes = hashes_write(&mirror.git, range);
		outcome =
			hashes == NULL ? GIT_REFUSED : mirror_touched(&mirror, hashes, &out, said);
	}
	if (outcome == 0) {
		touched_read(out, near, range, &known);
		outcome = known == 0 ? GIT_REFUSED : 0;
	}
	mirror_close(&mirror);
	return outcome;
}

/* One search. BISECTION_NEAR_NONE: there is none. */
static int turn(struct stage_place *place)
{
	static const char *const words[] = {
		[NEAR_UNKNOWN] = "unknown", [NEAR_FUNCTIONS] = "functions", [NEAR_FILES] = "files"};
	_bisection_near_ struct bisection_near range = {0};
	_free_ char *said = NULL;
	int outcome = bisection_near_next(place->db, &range);
	if (outcome != 0) {
		return outcome;
	}
	log_matter("bisection=%" PRId64, range.id);
	struct near *near = near_read(range.reports);
	const char *by = words[near_by(near)];
	if (near_by(near) != NEAR_UNKNOWN) {
		outcome = touched_ask(place, near, &range, &said);
	}
	near_free(near);
	if (outcome == MIRROR_BUSY || outcome == GIT_STOPPED) {
		return BISECTION_NEAR_NONE; /* another is at it, or we end: later */
	}
	if (outcome != 0) {
		log_info("what its commits touch is not known: %s",
			said == NULL ? "this server has no mirror that holds them" : said);
		by = "unread";
	}
	return bisection_near_keep(place->db, &range, by, CULPRIT_PATH_WEIGHT);
}

int stage_paths(struct stage_place *place)
{
	const int outcome = turn(place);
	if (outcome == BISECTION_NEAR_NONE) {
		return STAGE_IDLE;
	}
	if (outcome > 0) {
		return log_fault("cannot keep which commits are near a crash: %s",
			stage_why(place->db, outcome));
	}
	return outcome < 0 ? outcome : STAGE_DID;
}
