/* fts in, words out. The format has one word for each of type and mode ("d--755"), owner, group and
 * content, and ends a folder with "$"; it is described in mkfs.xfs(8). */
#include "runner/root_proto.h"

#include <fts.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/log.h"

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Words of the prototype are parted by white space; ":" begins a comment, "$" ends a folder. */
static int is_word(const char *text)
{
	return text[0] != '\0' && text[0] != ':' && text[0] != '$' &&
	       strpbrk(text, " \t\r\n") == NULL;
}

static void entry_begin(FILE *out, const FTSENT *e, char type)
{
	const mode_t mode = e->fts_statp->st_mode;
	if (e->fts_level > 0) {
		fprintf(out, "%*s%s ", (int)e->fts_level, "", e->fts_name);
	}
	fprintf(out, "%c%c%c%03o 0 0", type, (mode & S_ISUID) != 0 ? 'u' : '-',
		(mode & S_ISGID) != 0 ? 'g' : '-', (unsigned)(mode & 0777));
}

static int entry_link(FILE *out, const FTSENT *e)
{
	char target[PATH_MAX];
	const ssize_t n = readlink(e->fts_accpath, target, sizeof(target) - 1);
	if (n < 0) {
		return log_errno("cannot read the link '%s'", e->fts_path);
	}
	target[n] = '\0';
	if (is_word(target)) {
		entry_begin(out, e, 'l');
		fprintf(out, " %s\n", target);
	}
	return 0;
}

static int entry_write(FTS *tree, FTSENT *e, int64_t block_size, FILE *out, int64_t *bytes)
{
	if (e->fts_info == FTS_DP) {
		fprintf(out, "%*s$\n", (int)e->fts_level, "");
		return 0;
	}
	if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR || e->fts_info == FTS_NS) {
		return log_fault("cannot read '%s': %s", e->fts_path, strerror(e->fts_errno));
	}
	if (e->fts_level > 0 && !is_word(e->fts_name)) {
		fts_set(tree, e, FTS_SKIP);
		return 0;
	}
	*bytes += block_size;
	switch (e->fts_info) {
	case FTS_D:
		entry_begin(out, e, 'd');
		fprintf(out, "\n");
		return 0;
	case FTS_F:
		entry_begin(out, e, '-');
		fprintf(out, " %s\n", e->fts_path);
		*bytes += (e->fts_statp->st_size + block_size - 1) / block_size * block_size;
		return 0;
	case FTS_SL:
	case FTS_SLNONE:
		return entry_link(out, e);
	default:
		return 0;
	}
}

int root_proto_write(const char *folder, int64_t block_size, FILE *out, int64_t *bytes)
{
	char *const folders[] = {(char *)folder, NULL};
	FTS *tree = fts_open(folders, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	int r = tree == NULL ? log_errno("cannot walk '%s'", folder) : 0;
	*bytes = 0;
	fprintf(out, "/none\n0 0\n");
	FTSENT *e = r == 0 ? fts_read(tree) : NULL;
	for (; r == 0 && e != NULL; e = fts_read(tree)) {
		r = entry_write(tree, e, block_size, out, bytes);
	}
	if (tree != NULL) {
		fts_close(tree);
	}
	return r;
}
