/* Runs: what was asked for becomes revisions and jobs, in one transaction of the caller's. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

/* The run of that token and key: 0, RUN_NONE, or a fault. *hash (the caller frees) is its request's
 * hash. */
enum { RUN_NONE = 2 };
int run_by_key(struct db *db, int64_t token_id, const char *key, int64_t *id, char **hash);

struct run_tree {
	int64_t id;
	char *kind;         /* "git" or "prebuilt" */
	char *refreshed_at; /* RFC 3339, or NULL: never */
	char *error;        /* of the last fetch, or NULL */
};
void run_tree_fini(struct run_tree *tree);
int run_tree_find(struct db *db, const char *name, struct run_tree *out);

/* What a person calls a commit: branch, tag, or a hash of at least 7 digits. */
enum { COMMIT_NONE = 2, COMMIT_AMBIGUOUS = 3 };
struct run_commit {
	int64_t id;
	char *sha;
	char *subject;
	int64_t ordinal; /* -1: beside the first-parent line */
};
void run_commit_fini(struct run_commit *commit);
int run_commit_find(struct db *db, int64_t tree_id, const char *text, struct run_commit *out);

/* Lists travel as JSON array text ("[3,4,5]"): ids the caller frees, and how many. Oldest first. */
int run_commits_between(struct db *db, int64_t tree_id, int64_t after, int64_t up_to, int64_t every,
	char **ids, int64_t *count);

/* A prebuilt kernel, or one that machines run: `hash` is its identity; files that come from a URL
 * have no SHA-256 here. */
struct run_prebuilt {
	const char *tree;
	const char *hash;
	const char *release;
	const char *image_sha256;   /* or NULL */
	const char *modules_sha256; /* or NULL */
};
struct run_place {
	int64_t tree_id;
	int64_t commit_id;
	bool has_image; /* it is here, whole, or need not be */
	bool has_modules;
};
/* Its tree and the commit row that stands for it, made when needed, with its place among the tree's
 * versions. 0, RUN_NONE (the tree cannot hold prebuilt kernels) or a fault. */
int run_prebuilt(struct db *db, const struct run_prebuilt *kernel, struct run_place *out);

/* Keeps a patch by content. 0 or a fault. */
int run_patch_keep(struct db *db, const char *sha256, const char *text, size_t size);

struct run_revision {
	int64_t tree_id;
	const char *commits;  /* ids */
	const char *patches;  /* SHA-256, in order; "[]": none */
	const char *subjects; /* as many */
	const char *reverts;  /* full hashes, in order */
	const char *release;  /* not built, else NULL; then one commit */
	const char *image_sha256;
	const char *image_url;
	const char *modules_sha256;
	const char *modules_url;
};
/* Finds or makes one revision for each commit; *ids (the caller frees) in the commits' order. */
int run_revisions(struct db *db, const struct run_revision *revision, char **ids);

/* The same of one commit of a git tree with what is put on it: lists as above, borrowed; NULL:
 * none. 0, DB_REFUSED or a fault. */
struct run_kernel {
	int64_t tree_id, commit_id;
	const json_t *patches;
	const json_t *subjects;
	const json_t *reverts;
};
int run_kernel(struct db *db, const struct run_kernel *kernel, int64_t *revision_id);

struct run_profiles {
	char *ids; /* in the order asked */
	int64_t count;
	char *unknown; /* names that are not there, joined by ", ", or NULL */
	char *known;   /* names that are there, joined likewise */
	char *running; /* those that are for kernels which run already, or NULL */
	char *booted;  /* those that are for others, or NULL */
};
void run_profiles_fini(struct run_profiles *profiles);
int run_profiles_find(struct db *db, const char *names, struct run_profiles *out);

/* Who is told of a run: the subscription of a mail address, made when it is not there, or that of a
 * name. 0, RUN_NONE (no such name) or a fault. */
int run_notify_find(
	struct db *db, const char *notify, int64_t token_id, int64_t *id, bool *is_paused);

/* How many runs of the last day name somebody, of the person whose token this is. 0 or a fault. */
int run_notify_used(struct db *db, int64_t token_id, int64_t *runs);

/* Runs that have ended, whose numbers are there and who name somebody: each gets its one delivery.
 * *count: how many. 0, DB_REFUSED or a fault. */
int run_tell(struct db *db, int64_t *count);

struct run_new {
	int64_t token_id; /* 0: nobody */
	int64_t tree_id;
	const char *title;
	int64_t priority;
	const char *request; /* JSON text */
	const char *key;     /* idempotency key, or NULL */
	const char *request_hash;
	const char *revisions; /* ids */
	const char *profiles;  /* ids */
	int64_t repeats;
	int64_t migrations;    /* attempts end when so many were tried; 0: by time only */
	int64_t duration_s;    /* at most; 0: as the schema says */
	int64_t queue_limit_s; /* its jobs may wait for so long; 0: as their profiles say */
	int64_t notify_id;     /* the subscription that is told when it ends; 0: none */
	const char *tags;      /* texts */
	const char *machine;   /* or NULL */
};
enum { RUN_KEY_TAKEN = 3 };
/* The run, with one job for each revision x profile x repeat, and the word that they are there. 0,
 * RUN_KEY_TAKEN (another request with that key was quicker), or a fault. */
int run_insert(struct db *db, const struct run_new *run, int64_t *id);

/* The run as JSON text for the API (the caller frees): 0, RUN_NONE or a fault. */
int run_json(struct db *db, int64_t id, char **out);
