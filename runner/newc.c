/* Each entry: "070701", thirteen numbers of eight hex digits, the name, the content, each padded to
 * 4 bytes (Documentation/driver-api/early-userspace/buffer-format.rst). Times and owners are 0:
 * same inputs, same bytes. */
#include "runner/newc.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"

enum { NEWC_FILE_MAX = 256 << 20 };

void newc_init(struct newc *newc, FILE *out)
{
	*newc = (struct newc){.out = out};
}

static void newc_pad(struct newc *newc)
{
	static const char zeros[4];
	const long n = (4 - newc->offset % 4) % 4;
	fwrite(zeros, 1, (size_t)n, newc->out);
	newc->offset += n;
}

static void newc_entry(
	struct newc *newc, const char *name, mode_t mode, const void *bytes, size_t size)
{
	const size_t name_size = strlen(name) + 1;
	const int n =
		fprintf(newc->out, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
			++newc->inode, (unsigned)mode, 0, 0, S_ISDIR(mode) ? 2 : 1, 0,
			(unsigned)size, 0, 0, 0, 0, (unsigned)name_size, 0);
	fwrite(name, 1, name_size, newc->out);
	newc->offset += n + (long)name_size;
	newc_pad(newc);
	if (size > 0) {
		fwrite(bytes, 1, size, newc->out);
		newc->offset += (long)size;
		newc_pad(newc);
	}
}

void newc_folder(struct newc *newc, const char *name)
{
	newc_entry(newc, name, S_IFDIR | 0755, NULL, 0);
}

void newc_bytes(struct newc *newc, const char *name, const void *bytes, size_t size, mode_t mode)
{
	newc_entry(newc, name, S_IFREG | mode, bytes, size);
}

int newc_file(struct newc *newc, const char *name, const char *path, mode_t mode)
{
	_free_ char *bytes = NULL;
	size_t size = 0;
	const int r = file_read(path, NEWC_FILE_MAX, &bytes, &size);
	if (r != 0) {
		return r < 0 ? r : log_fault("'%s' is not there", path);
	}
	newc_bytes(newc, name, bytes, size, mode);
	return 0;
}

int newc_end(struct newc *newc)
{
	newc->inode = (unsigned)-1;
	newc_entry(newc, "TRAILER!!!", 0, NULL, 0);
	return fflush(newc->out) == 0 && !ferror(newc->out)
		       ? 0
		       : log_errno("cannot write an initramfs");
}
