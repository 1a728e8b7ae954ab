/* The step `checkout`: mirror → worktree at the commit → patches → reverts. When the same source
 * was built before, the worktree is not touched at all. One worktree for each tree and architecture
 * stays, so that the next build is an incremental one; git only writes the files that differ.
 * Posted patches have one of their own, which keeps nothing from one build to the next. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/fetch.h"
#include "runner/git.h"
#include "runner/kernel.h"
#include "runner/sandbox.h"
#include "runner/steps.h"
#include "runner/store.h"
#include "runner/trees.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/cut.h"
#include "shared/file.h"
#include "shared/log.h"

enum { CHECKOUT_CONFLICT_MAX = 16000 };

struct checkout {
	struct attempt *a;
	int64_t until_ns;
	char *mirror, *worktree, *tree; /* tree: git's hash of what is to be built */
};

static int checkout_mirror(struct checkout *c)
{
	if (access(c->mirror, R_OK) == 0) {
		return 0;
	}
	_free_ char *output = NULL;
	_free_ char *made = alloc_format("%s.new", c->mirror);
	int r = file_remove_tree(made);
	r = r < 0 ? r
		  : git_run(c->a, c->a->config->state, c->until_ns, &output, "init", "--quiet",
			    "--bare", made, NULL);
	if (r == 0 && rename(made, c->mirror) < 0) {
		return log_errno("cannot make '%s'", c->mirror);
	}
	return r == GIT_FAILED ? log_fault("cannot make the mirror: %s", output) : r;
}

static int checkout_has(struct checkout *c, const char *commit)
{
	_free_ char *output = NULL;
	_free_ char *name = alloc_format("%s^{commit}", commit);
	return git_ask(c->a, c->mirror, c->until_ns, &output, "cat-file", "-e", name, NULL);
}

static int checkout_fetch(struct checkout *c, const char *what)
{
	struct attempt *a = c->a;
	_free_ char *output = NULL;
	const int r = git_run(a, c->mirror, c->until_ns, &output, "fetch", "--quiet", "--no-tags",
		"--no-write-fetch-head", "--end-of-options", a->job.tree.url, what, NULL);
	if (r == GIT_FAILED && what[0] == '+') {
		return attempt_end(a, RESULT_FAULT, "cannot fetch the tree from '%s': %s",
			a->job.tree.url, output);
	}
	return r;
}

/* A commit that is not there yet is fetched with all branches, or else by its own name. */
static int checkout_need(struct checkout *c, const char *commit)
{
	int r = checkout_has(c, commit);
	if (r != GIT_FAILED) {
		return r;
	}
	r = checkout_fetch(c, "+refs/heads/*:refs/heads/*");
	r = r != 0 ? r : checkout_has(c, commit);
	if (r != GIT_FAILED) {
		return r;
	}
	_free_ char *own = alloc_format("%s:refs/faultline/%s", commit, commit);
	r = checkout_fetch(c, own);
	r = r != 0 ? r : checkout_has(c, commit);
	return r == GIT_FAILED ? attempt_end(c->a, RESULT_NO_COMMIT, "'%s' has no commit %s",
					 c->a->job.tree.url, commit)
			       : r;
}

static int checkout_commits(struct checkout *c)
{
	int r = checkout_need(c, c->a->job.revision.commit);
	size_t i;
	json_t *revert;
	json_array_foreach(c->a->job.revision.reverts, i, revert)
	{
		r = r != 0 ? r : checkout_need(c, json_string_value(revert));
	}
	return r;
}

static bool checkout_is_plain(const struct attempt *a)
{
	return json_array_size(a->job.revision.patches) == 0 &&
	       json_array_size(a->job.revision.reverts) == 0;
}

/* The hash of the source if it is known without a worktree. 0 also when it is not (c->tree stays
 * NULL). */
static int checkout_known_tree(struct checkout *c)
{
	struct attempt *a = c->a;
	if (checkout_is_plain(a)) {
		_free_ char *name = alloc_format("%s^{tree}", a->job.revision.commit);
		const int r = git_ask(
			a, c->mirror, c->until_ns, &c->tree, "rev-parse", "--verify", name, NULL);
		return r == GIT_FAILED
			       ? log_fault("git cannot read the tree of %s", a->job.revision.commit)
			       : r;
	}
	_json_ json_t *known = NULL;
	if (store_recall(a->config->state, "revision", a->job.revision.hash, &known) == 0) {
		const char *tree = json_string_value(json_object_get(known, "tree"));
		c->tree = tree != NULL ? alloc_copy(tree) : NULL;
	}
	return 0;
}

static struct git_place checkout_inside(const struct checkout *c)
{
	return (struct git_place){
		.folder = c->worktree, .worktree = c->worktree, .mirror = c->mirror};
}

/* What make left stays, for the next build to go on from: make_init names its folders. But what a
 * posted patch built may hold anything. */
static int checkout_clean(struct checkout *c, char **output)
{
	const bool is_patched = attempt_is_patched(c->a);
	if (!is_patched && trees_is_clean(c->worktree)) {
		return 0;
	}
	const struct git_place place = checkout_inside(c);
	free(*output);
	const int r = git_tree(c->a, &place, c->until_ns, output, "clean", "-ffdxq", "-e",
		is_patched ? "/no-outputs" : "/out-*", NULL);
	if (r == 0) {
		trees_clean(c->worktree);
	}
	return r;
}

/* (`reset --hard` looks at every file twice: 0.24 s for a kernel tree where this takes 0.14.) */
static int checkout_reset(struct checkout *c, char **output)
{
	const struct git_place place = checkout_inside(c);
	const int r = git_tree(c->a, &place, c->until_ns, output, "checkout", "--quiet", "--force",
		"--detach", c->a->job.revision.commit, NULL);
	return r != 0 ? r : checkout_clean(c, output);
}

static int checkout_add(struct checkout *c, char **output)
{
	struct git_place place = checkout_inside(c);
	place.folder = c->mirror;
	int r = file_remove_tree(c->worktree);
	r = r < 0 ? r : git_run(c->a, c->mirror, c->until_ns, NULL, "worktree", "prune", NULL);
	r = r != 0 ? r : file_mkdirs(c->worktree, 0755); /* the sandbox opens what is there */
	free(*output);
	*output = NULL;
	return r != 0 ? r
		      : git_tree(c->a, &place, c->until_ns, output, "worktree", "add", "--quiet",
				"--force", "--detach", c->worktree, c->a->job.revision.commit,
				NULL);
}

/* A worktree that git cannot use is made anew. */
static int checkout_place(struct checkout *c)
{
	_free_ char *output = NULL;
	int r = access(c->worktree, R_OK) == 0 ? checkout_reset(c, &output) : GIT_FAILED;
	r = r == GIT_FAILED ? checkout_add(c, &output) : r;
	return r == GIT_FAILED
		       ? log_fault("cannot check out %s: %s", c->a->job.revision.commit, output)
		       : r;
}

static int checkout_patch(struct checkout *c, size_t number, const json_t *patch)
{
	struct attempt *a = c->a;
	const char *sha256 = json_string_value(json_object_get(patch, "sha256"));
	const char *subject = json_string_value(json_object_get(patch, "subject"));
	_free_ char *path = NULL;
	_free_ char *output = NULL;
	int r = fetch_blob(a, "patch", sha256, NULL);
	if (r != 0) {
		return r;
	}
	if (store_find(a->config->state, sha256, &path) != 0) {
		return log_fault("patch %s is gone", sha256);
	}
	const struct git_place place = checkout_inside(c);
	r = git_tree(a, &place, c->until_ns, &output, "apply", "--index", "--whitespace=nowarn",
		"--", path, NULL);
	if (r == GIT_FAILED) {
		return attempt_end(a, RESULT_NO_APPLY, "patch %zu (%s) does not apply to %s:\n%.*s",
			number + 1, subject != NULL ? subject : sha256, a->job.revision.commit,
			(int)cut_size(output, CHECKOUT_CONFLICT_MAX), output);
	}
	return r;
}

static int checkout_revert(struct checkout *c, const char *commit)
{
	struct attempt *a = c->a;
	_free_ char *output = NULL;
	const struct git_place place = checkout_inside(c);
	const int r = git_tree(a, &place, c->until_ns, &output, "revert", "--no-commit",
		"--no-edit", commit, NULL);
	if (r != GIT_FAILED) {
		return r;
	}
	_free_ char *conflict = NULL;
	git_ask(a, c->worktree, c->until_ns, &conflict, "diff", NULL);
	const char *diff = conflict != NULL ? conflict : "";
	return attempt_end(a, RESULT_NO_APPLY, "the revert of %s does not apply to %s:\n%.*s\n%.*s",
		commit, a->job.revision.commit, (int)cut_size(output, CHECKOUT_CONFLICT_MAX),
		output, (int)cut_size(diff, CHECKOUT_CONFLICT_MAX), diff);
}

static int checkout_changes(struct checkout *c)
{
	struct attempt *a = c->a;
	int r = 0;
	size_t i;
	json_t *item;
	json_array_foreach(a->job.revision.patches, i, item)
	{
		r = r != 0 ? r : checkout_patch(c, i, item);
	}
	json_array_foreach(a->job.revision.reverts, i, item)
	{
		r = r != 0 ? r : checkout_revert(c, json_string_value(item));
	}
	if (r != 0 || checkout_is_plain(a)) {
		return r;
	}
	free(c->tree);
	c->tree = NULL;
	r = git_ask(a, c->worktree, c->until_ns, &c->tree, "write-tree", NULL);
	if (r != 0) {
		return r == GIT_FAILED ? log_fault("git cannot write the patched tree") : r;
	}
	_json_ json_t *known = json_pack("{s:s}", "tree", c->tree);
	store_remember(a->config->state, "revision", a->job.revision.hash, known);
	return 0;
}

/* Looks for a kept kernel once the source's hash is known. 0: found; KERNEL_ABSENT … */
static int checkout_kept(struct checkout *c)
{
	if (c->tree == NULL) {
		return KERNEL_ABSENT;
	}
	const int r = kernel_key(c->a, c->tree, c->until_ns);
	return r != 0 ? r : kernel_recall(c->a);
}

static int checkout_all(struct checkout *c)
{
	int r = checkout_mirror(c);
	r = r != 0 ? r : checkout_commits(c);
	r = r != 0 ? r : checkout_known_tree(c);
	r = r != 0 ? r : checkout_kept(c);
	if (r != KERNEL_ABSENT) {
		return r;
	}
	r = checkout_place(c);
	r = r != 0 ? r : checkout_changes(c);
	r = r != 0 ? r : checkout_kept(c);
	if (r == KERNEL_ABSENT) {
		c->a->worktree = alloc_copy(c->worktree);
		r = 0;
	}
	return r;
}

int checkout_run(struct attempt *a, int64_t until_ns)
{
	if (attempt_is_patched(a) && !sandbox_takes_patches(a->config)) {
		return attempt_end(a, RESULT_FAULT,
			"this machine builds no posted patches: bubblewrap does not work here, and "
			"--sandbox is not never");
	}
	struct checkout c = {.a = a,
		.until_ns = until_ns,
		.mirror = alloc_format("%s/mirrors/%s.git", a->config->state, a->job.tree.name),
		.worktree = alloc_format("%s/worktrees/%s-%s%s", a->config->state, a->job.tree.name,
			a->arch->name, attempt_is_patched(a) ? "-patched" : "")};
	const int r = checkout_all(&c);
	if (a->worktree != NULL) {
		a->mirror = alloc_copy(c.mirror);
		trees_use(c.worktree);
	}
	trees_use(c.mirror); /* later than its worktrees: it must not go before them */
	free(c.mirror);
	free(c.worktree);
	free(c.tree);
	return r;
}
