/* What an order asks for, found: trees and commits by the names people use, kernels that are not
 * built, patches kept by content, profiles. The first thing that is not there is the answer. */
#include "http/run_find.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "http/request.h"
#include "http/run_request.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "store/utf8.h"

enum { RUN_SUBJECT_MAX = 100 };

#define PREBUILT_TREE "prebuilt"
#define RUNNING_TREE "running"

struct search {
	struct db *db;
	struct response *res;
	const struct run_request *want;
	struct run_tree tree;
	struct run_found *out;
};

void run_found_fini(struct run_found *found)
{
	run_profiles_fini(&found->profiles);
	free(found->commits);
	free(found->what);
	json_decref(found->patches);
	json_decref(found->subjects);
	json_decref(found->reverts);
}

static int find_refuse(struct search *s, int status, const char *code, char *message)
{
	response_error(s->res, status, code, "%s", message);
	free(message);
	return RUN_FIND_ANSWERED;
}

static int find_tree(struct search *s)
{
	const int outcome = run_tree_find(s->db, s->want->tree, &s->tree);
	if (outcome == RUN_NONE) {
		return find_refuse(s, 404, "unknown_tree",
			alloc_format("there is no tree '%s'; GET /api/v1/trees lists them, POST "
				     "/api/v1/trees adds one",
				s->want->tree));
	}
	s->out->tree_id = s->tree.id;
	return outcome;
}

static int find_commit(
	struct search *s, const char *field, const char *text, struct run_commit *out)
{
	const int outcome = run_commit_find(s->db, s->out->tree_id, text, out);
	if (outcome == COMMIT_AMBIGUOUS) {
		return find_refuse(s, 422, "ambiguous_commit",
			alloc_format("field '%s': more than one commit of tree '%s' starts with "
				     "'%s'; give more digits",
				field, s->want->tree, text));
	}
	if (outcome == COMMIT_NONE) {
		const char *at = s->tree.refreshed_at;
		const char *error = s->tree.error;
		return find_refuse(s, 422, "unknown_commit",
			alloc_format("field '%s': tree '%s' has no commit, branch or tag '%s' "
				     "(%s%s%s%s); POST "
				     "/api/v1/trees/%s/refresh fetches it now",
				field, s->want->tree, text,
				at == NULL ? "never fetched" : "last fetched ",
				at == NULL ? "" : at,
				error == NULL ? "" : "; the last fetch failed: ",
				error == NULL ? "" : error, s->want->tree));
	}
	return outcome;
}

static int find_one_commit(struct search *s)
{
	struct run_commit commit = {0};
	const int outcome = find_commit(s, "commit", s->want->commit, &commit);
	if (outcome == 0) {
		s->out->commits = alloc_format("[%" PRId64 "]", commit.id);
		s->out->commit_count = 1;
		_free_ char *subject =
			utf8_clean(commit.subject, strlen(commit.subject), RUN_SUBJECT_MAX);
		s->out->what = alloc_format("%.12s (\"%s\")", commit.sha, subject);
	}
	run_commit_fini(&commit);
	return outcome;
}

static int find_range(struct search *s)
{
	struct run_commit from = {0};
	struct run_commit to = {0};
	int outcome = find_commit(s, "range", s->want->from, &from);
	if (outcome == 0) {
		outcome = find_commit(s, "range", s->want->to, &to);
	}
	if (outcome == 0 && (from.ordinal < 0 || to.ordinal <= from.ordinal)) {
		outcome = find_refuse(s, 422, "bad_range",
			alloc_format("field 'range': '%s' does not come before '%s' on the "
				     "first-parent line of tree '%s'",
				s->want->from, s->want->to, s->want->tree));
	}
	if (outcome == 0) {
		outcome = run_commits_between(s->db, s->out->tree_id, from.ordinal, to.ordinal,
			s->want->every, &s->out->commits, &s->out->commit_count);
		s->out->what = alloc_format("%.12s..%.12s, %" PRId64 " commits", from.sha, to.sha,
			s->out->commit_count);
	}
	run_commit_fini(&from);
	run_commit_fini(&to);
	return outcome;
}

static int find_blob_missing(struct search *s, const char *field, const char *sha256)
{
	return find_refuse(s, 422, "missing_blob",
		alloc_format("field 'prebuilt.%s': %s is not here; PUT it to "
			     "/api/v1/blobs/%s?offset=0&size=BYTES first, or give a 'url'",
			field, sha256, sha256));
}

static bool is_run_already(const struct search *s)
{
	return s->want->release != NULL && s->want->image_sha256 == NULL;
}

/* A kernel that is not built: a prebuilt one, or without an image the one that machines run. */
static int find_release(struct search *s)
{
	const struct run_request *w = s->want;
	const char *usual = is_run_already(s) ? RUNNING_TREE : PREBUILT_TREE;
	_free_ char *identity =
		alloc_format("%s\n%s\n%s\n", w->image_sha256 == NULL ? "running" : w->image_sha256,
			w->modules_sha256 == NULL ? "" : w->modules_sha256, w->release);
	char hash[FILE_SHA256_HEX];
	file_sha256_bytes(identity, strlen(identity), hash);
	const struct run_prebuilt kernel = {.tree = w->tree == NULL ? usual : w->tree,
		.hash = hash,
		.release = w->release,
		.image_sha256 = w->image_url == NULL ? w->image_sha256 : NULL,
		.modules_sha256 = w->modules_url == NULL ? w->modules_sha256 : NULL};
	struct run_place place = {0};
	const int outcome = run_prebuilt(s->db, &kernel, &place);
	if (outcome == RUN_NONE) {
		return find_refuse(s, 422, "bad_tree",
			alloc_format("field 'tree': '%s' cannot hold kernels that are not built: "
				     "it is a git tree, or no good name",
				kernel.tree));
	}
	if (outcome == 0 && !place.has_image) {
		return find_blob_missing(s, "image", w->image_sha256);
	}
	if (outcome == 0 && !place.has_modules) {
		return find_blob_missing(s, "modules", w->modules_sha256);
	}
	s->out->tree_id = place.tree_id;
	s->out->commits = alloc_format("[%" PRId64 "]", place.commit_id);
	s->out->commit_count = 1;
	s->out->what =
		alloc_format("%s %s", is_run_already(s) ? "running kernel" : "kernel", w->release);
	return outcome;
}

static int find_patches(struct search *s)
{
	size_t i;
	const json_t *patch;
	json_array_foreach((json_t *)s->want->patches, i, patch)
	{
		char hash[FILE_SHA256_HEX];
		file_sha256_bytes(json_string_value(patch), json_string_length(patch), hash);
		const int fault = run_patch_keep(
			s->db, hash, json_string_value(patch), json_string_length(patch));
		if (fault < 0) {
			return fault;
		}
		_free_ char *subject = run_request_subject(json_string_value(patch));
		json_array_append_new(s->out->patches, json_string(hash));
		json_array_append_new(s->out->subjects, json_string(subject));
	}
	return 0;
}

static int find_reverts(struct search *s)
{
	size_t i;
	const json_t *revert;
	json_array_foreach((json_t *)s->want->reverts, i, revert)
	{
		struct run_commit commit = {0};
		const int outcome = find_commit(s, "reverts", json_string_value(revert), &commit);
		if (outcome != 0) {
			return outcome;
		}
		json_array_append_new(s->out->reverts, json_string(commit.sha));
		run_commit_fini(&commit);
	}
	return 0;
}

/* Conditions that a kernel which runs already cannot be put under must not be said to have held. */
static int find_profiles_fit(struct search *s)
{
	const bool is_running = is_run_already(s);
	const char *others = is_running ? s->out->profiles.booted : s->out->profiles.running;
	if (others == NULL) {
		return 0;
	}
	return find_refuse(s, 422, "other_profile",
		alloc_format("field 'profiles': %s: %s", others,
			is_running
				? "a running kernel needs profiles whose config is 'running'"
				: "profiles whose config is 'running' are for a 'running' kernel"));
}

static int find_profiles(struct search *s)
{
	_free_ char *names = json_dumps(s->want->profiles, JSON_COMPACT);
	const int fault = run_profiles_find(s->db, names, &s->out->profiles);
	if (fault < 0) {
		return fault;
	}
	if (s->out->profiles.unknown != NULL) {
		return find_refuse(s, 422, "unknown_profile",
			alloc_format("field 'profiles': there is no profile %s; known: %s",
				s->out->profiles.unknown,
				s->out->profiles.known == NULL
					? "none, POST /api/v1/profiles adds one"
					: s->out->profiles.known));
	}
	const int outcome = find_profiles_fit(s);
	if (outcome != 0) {
		return outcome;
	}
	const int64_t jobs = s->out->commit_count * s->out->profiles.count * s->want->repeats;
	if (s->out->commit_count == 0 || jobs > RUN_JOBS_MAX) {
		return find_refuse(s, 422, "bad_size",
			alloc_format("that would be %" PRId64
				     " jobs; a run has 1 to %d: use a shorter range, 'every', or "
				     "fewer repeats",
				jobs, RUN_JOBS_MAX));
	}
	return 0;
}

/* Everything that is asked for, found and kept. */
static int find_all(struct search *s)
{
	int outcome = s->want->release != NULL ? 0 : find_tree(s);
	if (outcome == 0) {
		outcome = s->want->release != NULL  ? find_release(s)
			  : s->want->commit != NULL ? find_one_commit(s)
						    : find_range(s);
	}
	if (outcome == 0) {
		outcome = find_patches(s);
	}
	if (outcome == 0) {
		outcome = find_reverts(s);
	}
	return outcome == 0 ? find_profiles(s) : outcome;
}

int run_find(
	struct db *tx, struct response *res, const struct run_request *want, struct run_found *out)
{
	struct search s = {.db = tx, .res = res, .want = want, .out = out};
	*out = (struct run_found){
		.patches = json_array(), .subjects = json_array(), .reverts = json_array()};
	const int outcome = find_all(&s);
	run_tree_fini(&s.tree);
	return outcome;
}
