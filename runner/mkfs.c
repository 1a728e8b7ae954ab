/* THE table of file systems that are made. */
#include "runner/mkfs.h"

#include <string.h>

/* How mkfs of each is told to be quiet, the block size, and what to fill it with. Sorted. */
static const struct mkfs_row {
	const char *fs, *words;
	const char *block_prefix;
	const char *fill;        /* in front of … */
	bool is_filled_by_proto; /* … the prototype; else the folder itself */
} mkfs_rows[] = {
	{"ext4", "mkfs.ext4 -q -F -b", "", "-d", false},
	{"xfs", "mkfs.xfs -q -b", "size=", "-p", true},
};

static const struct mkfs_row *mkfs_find(const char *fs)
{
	for (size_t i = 0; i < sizeof(mkfs_rows) / sizeof(mkfs_rows[0]); i++) {
		if (strcmp(mkfs_rows[i].fs, fs) == 0) {
			return &mkfs_rows[i];
		}
	}
	return NULL;
}

int mkfs_words_filled(
	const struct attempt *a, const char *tree, const char *proto, struct words *argv)
{
	const struct mkfs_row *row = mkfs_find(a->job.profile.fs);
	if (row == NULL) {
		return -1;
	}
	words_split(argv, row->words);
	words_format(argv, "%s%lld", row->block_prefix, (long long)a->job.profile.block_size);
	words_split(argv, a->job.profile.mkfs_options);
	if (tree != NULL) {
		words_add(argv, row->fill);
		words_add(argv, row->is_filled_by_proto ? proto : tree);
	}
	words_add(argv, "disk.img");
	return 0;
}

int mkfs_words(const struct attempt *a, struct words *argv)
{
	return mkfs_words_filled(a, NULL, NULL, argv);
}
