/* What git says of a history, as rows: its plumbing's output in, structs out. Pure. Names and
 * messages are whatever people wrote, so they are mended to UTF-8 and cut. */
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "store/commit.h"

/* The format for `git rev-list --no-commit-header --format=`, and what for-each-ref is asked for.
 */
#define HISTORY_COMMIT_FORMAT "%H%x00%P%x00%an <%ae>%x00%at%x00%ct%x00%s"
#define HISTORY_REF_FORMAT                                                                         \
	"%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"

/* Reads up to `limit` commits; *n is 0 at the end. history_commits_fini frees what they hold. 0, or
 * a fault when a line is not of this format. */
int history_commits_read(FILE *in, struct commit *commits, size_t limit, size_t *n);
void history_commits_fini(struct commit *commits, size_t n);

/* Reads branches and tags of commits (a tag may name a tree). Short names; a tag that is called
 * like a branch is "tags/NAME"; names that are not UTF-8 are left out. history_refs_free frees all.
 * 0 or a fault. */
int history_refs_read(FILE *in, struct commit_ref **out, size_t *n);
void history_refs_free(struct commit_ref *refs, size_t n);

/* Reads hashes, one a line. The caller frees *out. 0 or a fault. */
int history_line_read(FILE *in, char (**out)[COMMIT_HASH], size_t *n);
