/* Records dmesg-BACKEND-N, of which a backend with small records writes several parts, the last
 * part first: so they are added in falling order of their names. */
#include "runner/pstore.h"

#include <fts.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"

enum {
	PSTORE_FILE_MAX = 4 << 20,
	PSTORE_CLOCK_S = 60
}; /* clocks differ before a machine has the
       time from its network */

static int pstore_order(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*b)->fts_name, (*a)->fts_name);
}

static int pstore_add(const char *path, const struct spool *spool)
{
	_free_ char *text = NULL;
	const int r = file_read(path, PSTORE_FILE_MAX, &text, NULL);
	if (r != 0) {
		return r < 0 ? r : 0;
	}
	_free_ char *words = alloc_format(
		"\nfaultline-runner: kept over the machine's fall in %s\n%s\n", path, text);
	return spool_append(spool, "console", words);
}

int pstore_take(const struct config *config, time_t since, const struct spool *spool)
{
	char *usual[] = {"/sys/fs/pstore", "/var/lib/systemd/pstore", NULL};
	char *chosen[] = {config->pstore, NULL};
	FTS *tree = fts_open(
		config->pstore != NULL ? chosen : usual, FTS_PHYSICAL | FTS_NOCHDIR, pstore_order);
	if (tree == NULL) {
		return log_errno("cannot look for the kernel's last words");
	}
	int count = 0;
	int r = 0;
	for (FTSENT *e = fts_read(tree); e != NULL && r == 0; e = fts_read(tree)) {
		if (e->fts_info == FTS_F && strncmp(e->fts_name, "dmesg-", 6) == 0 &&
			e->fts_statp->st_mtime >= since - PSTORE_CLOCK_S) {
			r = pstore_add(e->fts_path, spool);
			count++;
		}
	}
	fts_close(tree);
	return r < 0 ? r : count;
}
