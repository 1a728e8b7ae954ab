/* Mirrors and worktrees that nobody uses. */
#include "runner/trees.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "runner/disk.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/number.h"

#define TREES_DAY_S INT64_C(86400)
#define TREES_MEASURE_NS (TREES_DAY_S * 1000000000)

static const char *const trees_folders[] = {"mirrors", "worktrees"};

struct trees_entry {
	char *path;
	struct timespec used;
	int64_t size; /* on the disk; 0: not looked at */
};

struct trees_list {
	struct trees_entry *entries;
	int count;
};

void trees_use(const char *path)
{
	utimensat(AT_FDCWD, path, NULL, 0);
}

/* The mark lies beside the worktree: .clean-NAME. */
static char *trees_mark(const char *worktree)
{
	const char *name = strrchr(worktree, '/') + 1;
	return alloc_format("%.*s.clean-%s", (int)(name - worktree), worktree, name);
}

bool trees_is_clean(const char *worktree)
{
	_free_ char *mark = trees_mark(worktree);
	return access(mark, F_OK) == 0;
}

void trees_clean(const char *worktree)
{
	_free_ char *mark = trees_mark(worktree);
	file_write(mark, "", 0);
}

void trees_litter(const char *worktree)
{
	_free_ char *mark = trees_mark(worktree);
	unlink(mark);
}

static void trees_list_fini(struct trees_list *list)
{
	for (int i = 0; i < list->count; i++) {
		free(list->entries[i].path);
	}
	free(list->entries);
}

static void trees_look(struct trees_list *list, const char *folder)
{
	DIR *names = opendir(folder);
	for (struct dirent *e = names != NULL ? readdir(names) : NULL; e != NULL;
		e = readdir(names)) {
		struct stat st;
		if (e->d_name[0] == '.' ||
			fstatat(dirfd(names), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
			!S_ISDIR(st.st_mode)) {
			continue;
		}
		list->entries = alloc_resize(
			list->entries, (size_t)list->count + 1, sizeof(*list->entries));
		list->entries[list->count++] = (struct trees_entry){
			.path = alloc_format("%s/%s", folder, e->d_name), .used = st.st_mtim};
	}
	if (names != NULL) {
		closedir(names);
	}
}

/* The longest unused first. */
static int trees_order(const void *a, const void *b)
{
	const struct timespec *left = &((const struct trees_entry *)a)->used;
	const struct timespec *right = &((const struct trees_entry *)b)->used;
	if (left->tv_sec != right->tv_sec) {
		return left->tv_sec < right->tv_sec ? -1 : 1;
	}
	return (left->tv_nsec > right->tv_nsec) - (left->tv_nsec < right->tv_nsec);
}

static int64_t trees_measure(struct trees_list *list)
{
	int64_t total = 0;
	for (int i = 0; i < list->count; i++) {
		struct trees_entry *entry = &list->entries[i];
		entry->size = disk_tree_bytes(entry->path);
		total += entry->size;
	}
	return total;
}

/* It vanishes at once, so that half a worktree is never found; tmp/ is emptied at each start. */
static void trees_remove(const char *state, const struct trees_entry *entry, const char *why)
{
	_free_ char *gone = alloc_format("%s/tmp/unused-tree", state);
	file_remove_tree(gone);
	if (rename(entry->path, gone) < 0) {
		log_errno("cannot remove '%s'", entry->path);
		return;
	}
	log_info("removing '%s': %s", entry->path, why);
	file_remove_tree(gone);
}

/* Removes what is too old; answers how many, all at the list's beginning. */
static int trees_remove_old(const char *state, const struct trees_list *list)
{
	const int64_t oldest_s = (int64_t)time(NULL) - TREES_UNUSED_DAYS * TREES_DAY_S;
	int n = 0;
	while (n < list->count - 1 && list->entries[n].used.tv_sec < oldest_s) {
		trees_remove(state, &list->entries[n++], "no job has used it for 30 days");
	}
	return n;
}

static void trees_remove_large(
	const char *state, const struct trees_list *list, int from, int64_t excess)
{
	for (int i = from; i < list->count - 1 && excess > 0; i++) {
		excess -= list->entries[i].size;
		trees_remove(state, &list->entries[i], "there is no room for so many trees");
	}
}

void trees_tidy(struct trees *trees, const char *state, int64_t limit_bytes)
{
	__attribute__((cleanup(trees_list_fini))) struct trees_list list = {0};
	for (size_t i = 0; i < sizeof(trees_folders) / sizeof(trees_folders[0]); i++) {
		_free_ char *folder = alloc_format("%s/%s", state, trees_folders[i]);
		trees_look(&list, folder);
	}
	if (list.count == 0) {
		return;
	}
	qsort(list.entries, (size_t)list.count, sizeof(*list.entries), trees_order);
	const int old = trees_remove_old(state, &list);
	const int64_t now_ns = number_monotonic_ns();
	if (list.count - old > trees->count || now_ns - trees->measured_ns > TREES_MEASURE_NS) {
		int64_t total = trees_measure(&list);
		for (int i = 0; i < old; i++) {
			total -= list.entries[i].size;
		}
		trees_remove_large(state, &list, old, total - limit_bytes);
		trees->measured_ns = now_ns;
	}
	trees->count = list.count - old;
}
