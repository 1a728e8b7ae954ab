/* Files in a folder. */
#include "runner/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/number.h"

enum { SPOOL_JSON_MAX = 4 << 20, SPOOL_REFUSED_MAX = 20, SPOOL_RESERVE = 256 << 10 };

int spool_init(struct spool *spool, const char *state, int64_t id, int64_t job_id)
{
	spool->id = id;
	spool->job_id = job_id;
	spool->path = alloc_format("%s/spool/%lld", state, (long long)id);
	int r = file_remove_tree(spool->path);
	r = r < 0 ? r : file_mkdirs(spool->path, 0755);
	if (r == 0) {
		_fd_ int fd = spool_open(spool, "reserve");
		if (fd >= 0) {
			posix_fallocate(fd, 0,
				SPOOL_RESERVE); /* a disk that is full already has to do without */
		}
	}
	return r;
}

void spool_use_reserve(const struct spool *spool)
{
	_free_ char *path = spool_path(spool, "reserve");
	unlink(path);
}

void spool_fini(struct spool *spool)
{
	free(spool->path);
	*spool = (struct spool){0};
}

char *spool_path(const struct spool *spool, const char *name)
{
	return alloc_format("%s/%s", spool->path, name);
}

int spool_write(const struct spool *spool, const char *name, const json_t *json)
{
	_free_ char *path = spool_path(spool, name);
	_free_ char *temporary = alloc_format("%s.new", path);
	if (json_dump_file(json, temporary, JSON_COMPACT) < 0 || rename(temporary, path) < 0) {
		return log_errno("cannot write '%s'", path);
	}
	return 0;
}

int spool_read(const struct spool *spool, const char *name, json_t **out)
{
	_free_ char *path = spool_path(spool, name);
	_free_ char *text = NULL;
	size_t size = 0;
	const int r = file_read(path, SPOOL_JSON_MAX, &text, &size);
	if (r != 0) {
		return r < 0 ? r : SPOOL_ABSENT;
	}
	*out = json_loadb(text, size, 0, NULL);
	return *out != NULL ? 0 : log_fault("'%s' holds no JSON", path);
}

int spool_open(const struct spool *spool, const char *name)
{
	_free_ char *path = spool_path(spool, name);
	const int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	return fd < 0 ? log_errno("cannot open '%s'", path) : fd;
}

int spool_append(const struct spool *spool, const char *name, const char *text)
{
	_fd_ int fd = spool_open(spool, name);
	if (fd < 0) {
		return fd;
	}
	const size_t size = strlen(text);
	const ssize_t n = write(fd, text, size);
	return n == (ssize_t)size ? 0
				  : log_errno("cannot write to '%s' in '%s'", name, spool->path);
}

int64_t spool_size(const struct spool *spool, const char *name)
{
	_free_ char *path = spool_path(spool, name);
	struct stat st;
	return stat(path, &st) == 0 ? st.st_size : 0;
}

void spool_remove(const struct spool *spool)
{
	file_remove_tree(spool->path);
}

void spool_refuse(const struct spool *spool, const char *state)
{
	_free_ char *folder = alloc_format("%s/refused", state);
	_free_ char *path =
		alloc_format("%s/%lld", folder, (long long)(spool->id % SPOOL_REFUSED_MAX));
	log_warning("the server refused it for good: it is put aside as '%s'", path);
	if (file_mkdirs(folder, 0755) < 0 || file_remove_tree(path) < 0 ||
		rename(spool->path, path) < 0) {
		log_errno("cannot put '%s' aside", spool->path);
		file_remove_tree(spool->path);
	}
}

static int spool_order(const void *a, const void *b)
{
	const int64_t left = *(const int64_t *)a;
	const int64_t right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

int spool_list(const char *state, int64_t **out, size_t *count)
{
	_free_ char *path = alloc_format("%s/spool", state);
	*out = NULL;
	*count = 0;
	DIR *folder = opendir(path);
	if (folder == NULL) {
		return errno == ENOENT ? 0 : log_errno("cannot read '%s'", path);
	}
	for (struct dirent *e = readdir(folder); e != NULL; e = readdir(folder)) {
		int64_t id;
		if (number_parse(e->d_name, 1, INT64_MAX, &id) == 0) {
			*out = alloc_resize(*out, *count + 1, sizeof(**out));
			(*out)[(*count)++] = id;
		}
	}
	closedir(folder);
	if (*count > 0) {
		qsort(*out, *count, sizeof(**out), spool_order);
	}
	return 0;
}
