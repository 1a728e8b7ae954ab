/* Modules of a prebuilt kernel, by finit_module in the listed order. */
#include "modules.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char list_path[] = "/lib/modules/load";

static int module_load(const char *path, struct report *report)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return report_fault_errno(report, "cannot open the module '%s'", path);
	}
	/* glibc has no wrapper. EEXIST: built in or loaded already. */
	const long r = syscall(SYS_finit_module, fd, "", 0);
	const int error = errno;
	close(fd);
	errno = error;
	if (r < 0 && error != EEXIST) {
		return report_fault_errno(report, "cannot load the module '%s'", path);
	}
	return 0;
}

int modules_load(struct report *report)
{
	FILE *list = fopen(list_path, "re");
	if (list == NULL) {
		return errno == ENOENT ? 0
				       : report_fault_errno(report, "cannot open '%s'", list_path);
	}
	char path[512];
	int r = 0;
	while (r == 0 && fgets(path, sizeof(path), list) != NULL) {
		path[strcspn(path, "\n")] = '\0';
		r = path[0] == '\0' ? 0 : module_load(path, report);
	}
	fclose(list);
	return r;
}
