/* Stage watch: git trees are fetched into mirrors, and their history is copied into the database in
 * one transaction, so that no page ever runs git. Order is topological, never by date. */
#include "work/stage.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"
#include "shared/url.h"
#include "store/bug_fix.h"
#include "store/commit.h"
#include "store/db.h"
#include "store/tree_watch.h"
#include "work/history.h"
#include "work/mirror.h"

/* Commits in one statement, and how often a long copy says how far it is. */
enum { COMMITS_PIECE = 2000, COMMITS_TELL = 100000 };

/* WATCH_WRONG: *said tells people why. WATCH_LATER: stopped, or another process is at it. */
enum { WATCH_WRONG = 1, WATCH_LATER = 2 };

/* What git says of a tree, read before the transaction begins. */
struct told {
	struct commit_ref *refs;
	size_t n_refs;
	char (*line)[COMMIT_HASH];
	size_t n_line;
	FILE *commits;
};

static void told_fini(struct told *told)
{
	history_refs_free(told->refs, told->n_refs);
	free(told->line);
	if (told->commits != NULL) {
		fclose(told->commits);
	}
}

/* What git answered, as an outcome of watching. */
static int judge(int outcome, const struct tree_watch *tree, const char *what, char **said)
{
	if (outcome == 0) {
		return 0;
	}
	if (outcome == GIT_STOPPED || outcome == MIRROR_BUSY) {
		return WATCH_LATER;
	}
	_free_ char *words = *said;
	if (outcome == GIT_SLOW) {
		*said = alloc_format("git took too long to %s '%s' and was stopped%s%s", what,
			tree->url, words[0] == '\0' ? "" : ": ", words);
	} else if (outcome == GIT_REFUSED) {
		*said = alloc_format("git cannot %s '%s': %s", what, tree->url, words);
	} else {
		*said = alloc_format("cannot %s '%s'; the server's log says more", what, tree->url);
	}
	return WATCH_WRONG;
}

/* All that the tree's refs reached after the last fetch is here, so git leaves it out. */
static FILE *known_write(struct db *db, const struct git *git, int64_t tree_id)
{
	char(*hashes)[COMMIT_HASH] = NULL;
	size_t n = 0;
	FILE *known =
		commit_refs_list(db, tree_id, &hashes, &n) == 0 ? git_file(git->folder) : NULL;
	for (size_t i = 0; known != NULL && i < n; i++) {
		fprintf(known, "^%s\n", hashes[i]);
	}
	free(hashes);
	return known;
}

static bool has_branch(const struct told *told, const char *branch)
{
	for (size_t i = 0; i < told->n_refs; i++) {
		if (strcmp(told->refs[i].name, branch) == 0) {
			return true;
		}
	}
	return false;
}

static int refs_ask(const struct mirror *mirror, struct told *told, char **said)
{
	_file_ FILE *out = NULL;
	const int outcome = mirror_refs(mirror, &out, said);
	return outcome != 0 ? outcome : history_refs_read(out, &told->refs, &told->n_refs);
}

static int line_ask(const struct mirror *mirror, const char *branch, struct told *told, char **said)
{
	_file_ FILE *out = NULL;
	const int outcome = mirror_line(mirror, branch, &out, said);
	return outcome != 0 ? outcome : history_line_read(out, &told->line, &told->n_line);
}

static int ask(struct db *db, const struct mirror *mirror, const struct tree_watch *tree,
	struct told *told, char **said)
{
	int outcome = judge(refs_ask(mirror, told, said), tree, "list the refs of", said);
	if (outcome != 0) {
		return outcome;
	}
	if (!has_branch(told, tree->branch)) {
		*said = alloc_format("'%s' has no branch '%s'%s%s", tree->url, tree->branch,
			told->n_refs == 0 ? "" : "; it has ",
			told->n_refs == 0 ? ", and nothing else" : told->refs[0].name);
		return WATCH_WRONG;
	}
	_file_ FILE *known = known_write(db, &mirror->git, tree->id);
	if (known == NULL) {
		return DB_FAULT_RETRY;
	}
	outcome = mirror_commits(mirror, known, &told->commits, said);
	if (outcome == 0) {
		outcome = line_ask(mirror, tree->branch, told, said);
	}
	return judge(outcome, tree, "list the commits of", said);
}

static int commits_copy(struct db *tx, const struct tree_watch *tree, FILE *in, size_t *count)
{
	_free_ struct commit *piece = alloc_zero(COMMITS_PIECE, sizeof(*piece));
	size_t n = 0;
	int outcome = history_commits_read(in, piece, COMMITS_PIECE, &n);
	while (outcome == 0 && n > 0) {
		outcome = commit_put(tx, tree->id, piece, n);
		history_commits_fini(piece, n);
		*count += n;
		if (*count % COMMITS_TELL < n) {
			log_info("tree %s: %zu commits copied", tree->name, *count);
		}
		outcome =
			outcome != 0 ? outcome : history_commits_read(in, piece, COMMITS_PIECE, &n);
	}
	return outcome;
}

/* The database's part, whole or not at all. 0, TREE_WATCH_NONE, DB_REFUSED or a fault. */
static int copy(struct db *db, const struct tree_watch *tree, struct told *told)
{
	_tx_ struct db *tx = NULL;
	size_t count = 0;
	const int64_t start_ns = number_monotonic_ns();
	int outcome = db_begin(db, &tx);
	if (outcome == 0) {
		outcome = tree_watch_copy(tx, tree);
	}
	if (outcome == 0) {
		outcome = commits_copy(tx, tree, told->commits, &count);
	}
	if (outcome == 0) {
		outcome = commit_refs_put(tx, tree->id, told->refs, told->n_refs);
	}
	if (outcome == 0) {
		outcome = commit_line_put(tx, tree->id, told->line, told->n_line);
	}
	if (outcome == 0) {
		outcome = tree_watch_done(tx, tree);
	}
	if (outcome == 0) {
		outcome = db_commit(&tx);
	}
	if (outcome == 0 && count > 0) {
		log_info("tree %s: %zu new commits, %.1f s", tree->name, count,
			(double)(number_monotonic_ns() - start_ns) / 1e9);
	}
	return outcome;
}

/* One tree, from git to the database. 0, WATCH_… or a fault of the database. */
static int fetch_and_copy(struct stage_place *place, const struct tree_watch *tree, char **said)
{
	_free_ char *folder = alloc_format("%s/mirrors", place->state_folder);
	struct mirror mirror;
	__attribute__((cleanup(told_fini))) struct told told = {0};
	int outcome = mirror_open(&mirror, folder, tree->name, place->stop_fd, said);
	outcome = judge(outcome, tree, "make a mirror of", said);
	if (outcome == 0) {
		outcome = judge(mirror_fetch(&mirror, tree->url, said), tree, "fetch", said);
	}
	if (outcome == 0) {
		outcome = ask(place->db, &mirror, tree, &told, said);
	}
	mirror_close(&mirror);
	if (outcome != 0) {
		return outcome;
	}
	outcome = copy(place->db, tree, &told);
	if (outcome == 0) {
		outcome = bug_fix_watch(place->db, tree->id);
	}
	if (outcome == 0 || outcome == DB_FAULT_RETRY) {
		return outcome;
	}
	*said = alloc_format(
		"cannot keep the commits of '%s': %s", tree->url, stage_why(place->db, outcome));
	return outcome == TREE_WATCH_NONE ? WATCH_LATER : WATCH_WRONG;
}

/* 0 or a fault of the database. What is wrong with the tree is written at the tree. */
static int watch(struct stage_place *place, struct tree_watch *tree)
{
	int outcome = tree_watch_begin(place->db, tree);
	if (outcome != 0) {
		return outcome == TREE_WATCH_NONE ? 0 : outcome;
	}
	_free_ char *said = NULL;
	log_matter("tree=%" PRId64, tree->id);
	outcome = fetch_and_copy(place, tree, &said);
	if (outcome == WATCH_WRONG) {
		_free_ char *shown = url_hidden(tree->url, said);
		log_warning("tree %s: %s", tree->name, shown);
		outcome = tree_watch_fail(place->db, tree, shown);
	}
	if (outcome == DB_FAULT_RETRY) {
		return outcome;
	}
	const int unlocked = tree_watch_end(place->db, tree);
	return outcome < 0 ? outcome : unlocked < 0 ? unlocked : 0;
}

int stage_watch(struct stage_place *place)
{
	struct tree_watch *trees = NULL;
	size_t n = 0;
	int outcome = tree_watch_list(place->db, place->refresh_s, &trees, &n);
	if (outcome != 0) {
		return outcome;
	}
	for (size_t i = 0; i < n && outcome == 0 && !stage_is_stopping(place); i++) {
		outcome = watch(place, &trees[i]);
	}
	tree_watches_free(trees, n);
	if (n > 0) {
		malloc_trim(0); /* a large history takes tens of megabytes for a moment */
	}
	return outcome < 0 ? outcome : STAGE_IDLE;
}
