/* Crossings: suspect x fix, four kernels under one profile; and commits as patches, of which they
 * are made where a base does not hold a commit. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

enum { CROSSING_NONE = 2, CROSSING_BAD = 3 };

/* What somebody asks for; texts are borrowed, NULL where they are left open. */
struct crossing_new {
	const char *bug, *tree, *profile;
	const char *base, *suspect, *fix; /* a branch, a tag or a hash */
	int64_t attempts;                 /* of each kernel */
	int64_t token_id;
};
/* 0 and *id; CROSSING_BAD: *why (the caller frees) is a word: no_bug, not_seen, no_base,
 * no_suspect, no_fix, same. Or DB_REFUSED or a fault. */
int crossing_add(struct db *db, const struct crossing_new *new, int64_t *id, char **why);

/* Wants the patches that crossings need. 0 or a fault. */
int crossing_want(struct db *db);

/* A commit that is one of the two. All texts are owned. */
struct crossing_commit {
	char *sha, *subject;
	bool is_held; /* by the base */
	char *patch;  /* its SHA-256; NULL: none is needed */
};
struct crossing {
	int64_t id, tree_id, profile_id, token_id, bug_id, base_id, attempts;
	struct crossing_commit suspect, fix;
	bool is_suspect_newer;
	char *error; /* it can never be ordered */
};
/* Within a transaction: one whose patches are there, nobody else's until the end. 0, CROSSING_NONE
 * or a fault. */
int crossing_next(struct db *db, struct crossing *out);
void crossing_fini(struct crossing *crossing);
#define _crossing_ __attribute__((cleanup(crossing_fini)))

/* Finds or makes its kernel and notes it; *revision_id is it. */
int crossing_cell(struct db *db, const struct crossing *crossing, bool has_suspect, bool has_fix,
	int64_t *revision_id);
/* Orders its run: these four kernels. */
int crossing_order(struct db *db, const struct crossing *crossing, const int64_t revisions[4]);
/* It cannot be ordered. */
int crossing_fail(struct db *db, const struct crossing *crossing, const char *why);

/* A commit that is wanted as a patch. 0, CROSSING_NONE or a fault. */
struct commit_patch {
	int64_t commit_id;
	char *tree, *sha;
	bool is_merge;
};
int commit_patch_next(struct db *db, struct commit_patch *out);
void commit_patch_fini(struct commit_patch *patch);
#define _commit_patch_ __attribute__((cleanup(commit_patch_fini)))
/* Its patch, of which a copy is kept; or `text` is NULL and `why` says why there is none. */
int commit_patch_put(struct db *db, const struct commit_patch *patch, const char *text, size_t size,
	const char *why);
