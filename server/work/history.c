/* What git says of a history, as rows. */
#include "work/history.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"
#include "store/utf8.h"

/* An octopus merge of 66 parents exists in Linux; git itself has no limit. */
enum { FIELDS = 6, PARENTS_MAX = 1024, SUBJECT_BYTES = 1000, AUTHOR_BYTES = 300, NAME_BYTES = 500 };

/* PostgreSQL's timestamps end later, but no page needs a year of five digits; commits with absurd
 * dates exist. */
#define TIME_MAX_S INT64_C(253402300799)

/* Splits a line of `size` bytes at its NULs into exactly `count` fields. */
static bool fields_split(char *line, size_t size, char **fields, size_t count)
{
	char *at = line;
	char *const end = line + size;
	for (size_t i = 0; i < count; i++) {
		if (at > end) {
			return false;
		}
		fields[i] = at;
		at += strnlen(at, (size_t)(end - at)) + 1;
	}
	return at == end + 1;
}

/* Reads a line without its newline; -1 at the end. The buffer grows and belongs to the caller. */
static ssize_t line_read(FILE *in, char **line, size_t *capacity)
{
	ssize_t n = getline(line, capacity, in);
	if (n > 0 && (*line)[n - 1] == '\n') {
		(*line)[--n] = '\0';
	}
	return n;
}

static bool hash_copy(char out[COMMIT_HASH], const char *text, size_t size)
{
	if (size != 40 && size != 64) {
		return false;
	}
	for (size_t i = 0; i < size; i++) {
		if (!isdigit((unsigned char)text[i]) && !(text[i] >= 'a' && text[i] <= 'f')) {
			return false;
		}
		out[i] = text[i];
	}
	out[size] = '\0';
	return true;
}

static bool parents_read(struct commit *c, const char *text)
{
	while (*text != '\0' && c->n_parents < PARENTS_MAX) {
		const size_t size = strcspn(text, " ");
		c->parents = alloc_resize(c->parents, c->n_parents + 1, sizeof(*c->parents));
		if (!hash_copy(c->parents[c->n_parents], text, size)) {
			return false;
		}
		c->n_parents++;
		text += size + (text[size] == ' ');
	}
	return true;
}

static int64_t time_read(const char *text)
{
	int64_t seconds = 0;
	return number_parse(text, 0, TIME_MAX_S, &seconds) == 0 ? seconds : 0;
}

static bool commit_read(struct commit *c, char *line, size_t size)
{
	char *fields[FIELDS];
	*c = (struct commit){0};
	if (!fields_split(line, size, fields, FIELDS) ||
		!hash_copy(c->hash, fields[0], strlen(fields[0])) || !parents_read(c, fields[1])) {
		free(c->parents);
		return false;
	}
	c->author = utf8_clean(fields[2], strlen(fields[2]), AUTHOR_BYTES);
	c->authored_s = time_read(fields[3]);
	c->committed_s = time_read(fields[4]);
	c->subject = utf8_clean(fields[5], strlen(fields[5]), SUBJECT_BYTES);
	return true;
}

int history_commits_read(FILE *in, struct commit *commits, size_t limit, size_t *n)
{
	_free_ char *line = NULL;
	size_t capacity = 0;
	for (*n = 0; *n < limit; ++*n) {
		const ssize_t size = line_read(in, &line, &capacity);
		if (size < 0) {
			break;
		}
		if (!commit_read(&commits[*n], line, (size_t)size)) {
			history_commits_fini(commits, *n);
			*n = 0;
			return log_fault("git gave a commit that cannot be read: '%.60s'", line);
		}
	}
	return 0;
}

void history_commits_fini(struct commit *commits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(commits[i].subject);
		free(commits[i].author);
		free(commits[i].parents);
	}
}

static bool is_branch(const struct commit_ref *refs, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(refs[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

/* Branches come before tags, since for-each-ref sorts by full name. */
static char *name_short(const char *full, const struct commit_ref *refs, size_t branches)
{
	static const char heads[] = "refs/heads/", tags[] = "refs/tags/";
	const bool is_head = strncmp(full, heads, sizeof(heads) - 1) == 0;
	if (!is_head && strncmp(full, tags, sizeof(tags) - 1) != 0) {
		return NULL;
	}
	const char *name = full + (is_head ? sizeof(heads) : sizeof(tags)) - 1;
	_free_ char *clean = utf8_clean(name, strlen(name), NAME_BYTES);
	if (strcmp(clean, name) != 0) {
		return NULL;
	}
	return !is_head && is_branch(refs, branches, name) ? alloc_format("tags/%s", name)
							   : alloc_copy(name);
}

/* A branch or plain tag names a commit itself, an annotated tag through an object of its own. */
static bool ref_read(struct commit_ref *ref, char **fields)
{
	if (strcmp(fields[1], "commit") == 0) {
		return hash_copy(ref->hash, fields[2], strlen(fields[2]));
	}
	return strcmp(fields[3], "commit") == 0 &&
	       hash_copy(ref->hash, fields[4], strlen(fields[4]));
}

int history_refs_read(FILE *in, struct commit_ref **out, size_t *n)
{
	_free_ char *line = NULL;
	size_t capacity = 0, room = 0, branches = 0;
	*out = NULL;
	*n = 0;
	for (ssize_t size = line_read(in, &line, &capacity); size >= 0;
		size = line_read(in, &line, &capacity)) {
		char *fields[5];
		if (!fields_split(line, (size_t)size, fields, 5)) {
			history_refs_free(*out, *n);
			return log_fault("git gave a ref that cannot be read: '%.60s'", line);
		}
		struct commit_ref ref = {0};
		if (!ref_read(&ref, fields)) {
			continue;
		}
		ref.name = name_short(fields[0], *out, branches);
		if (ref.name == NULL) {
			continue;
		}
		if (*n == room) {
			room = room == 0 ? 64 : 2 * room;
			*out = alloc_resize(*out, room, sizeof(**out));
		}
		(*out)[(*n)++] = ref;
		branches += strncmp(fields[0], "refs/heads/", 11) == 0;
	}
	return 0;
}

void history_refs_free(struct commit_ref *refs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(refs[i].name);
	}
	free(refs);
}

int history_line_read(FILE *in, char (**out)[COMMIT_HASH], size_t *n)
{
	_free_ char *line = NULL;
	size_t capacity = 0, room = 0;
	*out = NULL;
	*n = 0;
	for (ssize_t size = line_read(in, &line, &capacity); size >= 0;
		size = line_read(in, &line, &capacity)) {
		if (*n == room) {
			room = room == 0 ? 1024 : 2 * room;
			*out = alloc_resize(*out, room, sizeof(**out));
		}
		if (!hash_copy((*out)[*n], line, (size_t)size)) {
			free(*out);
			*out = NULL;
			return log_fault("git gave a hash that cannot be read: '%.60s'", line);
		}
		++*n;
	}
	return 0;
}
