/* Files named by their hash; the time of last use is the file's modification time. */
#include "runner/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"

enum { STORE_JSON_MAX = 65536, STORE_NAME_MAX = 96, STORE_BLOCK = 512 };

static char *store_path(const char *state, const char *sha256)
{
	return alloc_format("%s/blobs/%s", state, sha256);
}

int store_find(const char *state, const char *sha256, char **path)
{
	char *found = store_path(state, sha256);
	if (utimensat(AT_FDCWD, found, NULL, 0) < 0) {
		free(found);
		return STORE_ABSENT;
	}
	*path = found;
	return 0;
}

int store_take(const char *state, const char *path, char sha256[FILE_SHA256_HEX])
{
	_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return log_errno("cannot open '%s'", path);
	}
	const int r = file_sha256(fd, sha256);
	if (r < 0) {
		return r;
	}
	_free_ char *place = store_path(state, sha256);
	fchmod(fd, 0444);
	return rename(path, place) < 0 ? log_errno("cannot keep '%s'", path) : 0;
}

int store_link(const char *state, const char *sha256, const char *path)
{
	_free_ char *found = NULL;
	if (store_find(state, sha256, &found) != 0) {
		return STORE_ABSENT;
	}
	unlink(path);
	return link(found, path) < 0 ? log_errno("cannot link '%s'", path) : 0;
}

static char *store_key_path(const char *state, const char *kind, const char *key)
{
	return alloc_format("%s/keys/%s-%s.json", state, kind, key);
}

int store_recall(const char *state, const char *kind, const char *key, json_t **out)
{
	_free_ char *path = store_key_path(state, kind, key);
	_free_ char *text = NULL;
	size_t size = 0;
	if (utimensat(AT_FDCWD, path, NULL, 0) < 0 ||
		file_read(path, STORE_JSON_MAX, &text, &size) != 0) {
		return STORE_ABSENT;
	}
	*out = json_loadb(text, size, 0, NULL);
	return *out != NULL ? 0 : STORE_ABSENT;
}

int store_remember(const char *state, const char *kind, const char *key, const json_t *json)
{
	_free_ char *path = store_key_path(state, kind, key);
	_free_ char *temporary = alloc_format("%s.new", path);
	if (json_dump_file(json, temporary, JSON_COMPACT) < 0 || rename(temporary, path) < 0) {
		return log_errno("cannot write '%s'", path);
	}
	return 0;
}

char *store_temporary(const char *state, const char *name)
{
	static atomic_uint count;
	return alloc_format("%s/tmp/%s.%u", state, name, atomic_fetch_add(&count, 1));
}

struct store_entry {
	char name[STORE_NAME_MAX];
	struct timespec used;
	int64_t size; /* on the disk: images are mostly holes */
};

static int store_order(const void *a, const void *b)
{
	const struct timespec *left = &((const struct store_entry *)a)->used;
	const struct timespec *right = &((const struct store_entry *)b)->used;
	if (left->tv_sec != right->tv_sec) {
		return left->tv_sec < right->tv_sec ? -1 : 1;
	}
	return (left->tv_nsec > right->tv_nsec) - (left->tv_nsec < right->tv_nsec);
}

static struct store_entry *store_entries(int folder, size_t *count, int64_t *total)
{
	struct store_entry *entries = NULL;
	DIR *list = fdopendir(dup(folder));
	for (struct dirent *e = list != NULL ? readdir(list) : NULL; e != NULL; e = readdir(list)) {
		struct stat st;
		if (strlen(e->d_name) >= STORE_NAME_MAX ||
			fstatat(folder, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
			!S_ISREG(st.st_mode)) {
			continue;
		}
		entries = alloc_resize(entries, *count + 1, sizeof(*entries));
		struct store_entry *entry = &entries[(*count)++];
		strncpy(entry->name, e->d_name, STORE_NAME_MAX - 1);
		entry->name[STORE_NAME_MAX - 1] = '\0';
		entry->used = st.st_mtim;
		entry->size = st.st_blocks * STORE_BLOCK;
		*total += entry->size;
	}
	if (list != NULL) {
		closedir(list);
	}
	return entries;
}

void store_trim(const char *state, const char *folder_name, int64_t limit_bytes)
{
	_free_ char *path = alloc_format("%s/%s", state, folder_name);
	_fd_ int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		return;
	}
	size_t count = 0;
	int64_t total = 0;
	_free_ struct store_entry *entries = store_entries(folder, &count, &total);
	if (count > 0) {
		qsort(entries, count, sizeof(*entries), store_order);
	}
	for (size_t i = 0; i < count && total > limit_bytes; i++) {
		unlinkat(folder, entries[i].name, 0);
		total -= entries[i].size;
	}
}
