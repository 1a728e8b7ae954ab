/* Whole files in and out. A file appears whole: temporary name, sync, rename. Where others write
 * too somebody may have laid a link at the temporary name: it is not followed. */
#include "shared/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"

enum { FILE_BLOCK = 65536, FILE_TREE_FDS = 32 };

int file_read(const char *path, size_t limit_bytes, char **out, size_t *size)
{
	_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return errno == ENOENT ? FILE_ABSENT : log_errno("cannot open '%s'", path);
	}
	_free_ char *bytes = NULL;
	size_t room = 0;
	size_t n = 0;
	for (;;) {
		if (n + 1 >= room) {
			room = room == 0 ? 4096 : room * 2;
			bytes = alloc_resize(bytes, room, 1);
		}
		const ssize_t got = read(fd, bytes + n, room - n - 1);
		if (got < 0) {
			return log_errno("cannot read '%s'", path);
		}
		if (got == 0) {
			break;
		}
		n += (size_t)got;
		if (n > limit_bytes) {
			return log_fault("'%s' is larger than %zu bytes", path, limit_bytes);
		}
	}
	bytes[n] = '\0';
	*out = bytes;
	bytes = NULL;
	if (size != NULL) {
		*size = n;
	}
	return 0;
}

static int file_write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		const ssize_t n = write(fd, bytes, size);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return -1;
		}
		bytes += n;
		size -= (size_t)n;
	}
	return fsync(fd);
}

int file_write(const char *path, const void *bytes, size_t size)
{
	_free_ char *temporary = alloc_format("%s.new", path);
	_fd_ int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0) {
		return log_errno("cannot create '%s'", temporary);
	}
	if (file_write_all(fd, bytes, size) < 0 || rename(temporary, path) < 0) {
		const int fault = log_errno("cannot write '%s'", path);
		unlink(temporary);
		return fault;
	}
	return 0;
}

int file_mkdirs(const char *path, mode_t mode)
{
	_free_ char *part = alloc_copy(path);
	for (char *p = part + 1;; p++) {
		if (*p != '/' && *p != '\0') {
			continue;
		}
		const char kept = *p;
		*p = '\0';
		if (mkdir(part, mode) < 0 && errno != EEXIST) {
			return log_errno("cannot make folder '%s'", part);
		}
		*p = kept;
		if (kept == '\0') {
			return 0;
		}
	}
}

static int file_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) < 0 && errno != ENOENT ? -1 : 0;
}

int file_remove_tree(const char *path)
{
	if (nftw(path, file_remove_one, FILE_TREE_FDS, FTW_DEPTH | FTW_PHYS) < 0 &&
		errno != ENOENT) {
		return log_errno("cannot remove '%s'", path);
	}
	return 0;
}

static void file_hex(const unsigned char *digest, size_t n, char *hex)
{
	for (size_t i = 0; i < n; i++) {
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	}
}

int file_sha256(int fd, char hex[FILE_SHA256_HEX])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_DigestInit_ex(context, EVP_sha256(), NULL);
	_free_ char *block = alloc_zero(1, FILE_BLOCK);
	off_t offset = 0;
	ssize_t n;
	for (;;) {
		n = pread(fd, block, FILE_BLOCK, offset);
		if (n <= 0) {
			break;
		}
		EVP_DigestUpdate(context, block, (size_t)n);
		offset += n;
	}
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int size = 0;
	EVP_DigestFinal_ex(context, digest, &size);
	EVP_MD_CTX_free(context);
	file_hex(digest, size, hex);
	return n < 0 ? log_errno("cannot read a file for its hash") : 0;
}

void file_sha256_bytes(const void *bytes, size_t size, char hex[FILE_SHA256_HEX])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	EVP_Digest(bytes, size, digest, &n, EVP_sha256(), NULL);
	file_hex(digest, n, hex);
}
