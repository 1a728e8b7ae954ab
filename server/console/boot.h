/* What a console ends with that came to no workload and holds no report: a signature of the boot
 * that failed. Pure. */
#pragma once

#include <stddef.h>

enum { CONSOLE_BOOT_TITLE = 256 };

struct console_boot {
	char title[CONSOLE_BOOT_TITLE]; /* "boot: hangs after "Freeing unused kernel image"" */
	size_t start; /* of the last lines, in the bytes given: what a person reads of it */
};

/* `bytes`: the console, or its end; `detail`: what the runner says of how it ended. Numbers and
 * addresses are taken out of the last line, as out of reports' titles. */
void console_boot(const char *bytes, size_t size, const char *detail, struct console_boot *out);
