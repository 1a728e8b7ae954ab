/* /proc, /sys and systemd-detect-virt. */
#include "runner/self.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/lock.h"
#include "runner/process.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/number.h"

#define SELF_LIMIT_NS (10 * 1000000000LL)
#define SELF_LOCK "/run/faultline-runner-self.lock" /* root's alone, and gone with the boot */

enum {
	SELF_DIED = 1 << 7, /* TAINT_DIE of Documentation/admin-guide/tainted-kernels */
	SELF_TEXT_MAX = 4096,
};

/* What systemd-detect-virt says; the caller's, NULL: it is not there. */
static char *self_detect(const struct halt *halt)
{
	static const char *const argv[] = {"systemd-detect-virt", "--vm", NULL};
	const struct process_spec spec = {.argv = argv};
	char *text = NULL;
	int status = 0;
	if (process_capture(
		    &spec, halt, number_monotonic_ns() + SELF_LIMIT_NS, 0, &status, &text) != 0) {
		free(text);
		return NULL;
	}
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* "qemu" is QEMU without an accelerator; other virtual machines have a processor of their own. */
int self_settle(struct config *config, const struct halt *halt)
{
	if (strcmp(config->accel, "auto") != 0) {
		return 0;
	}
	_free_ char *found = self_detect(halt);
	if (found == NULL || found[0] == '\0') {
		return log_fault("cannot tell what this machine runs on (systemd-detect-virt is "
				 "missing): say --accel native, kvm or tcg");
	}
	const bool is_native = strcmp(found, "none") == 0;
	const bool is_emulated = strcmp(found, "qemu") == 0;
	free(config->accel);
	config->accel = alloc_copy(is_native ? "native" : is_emulated ? "tcg" : "kvm");
	log_info("this machine's own kernel is stressed; it runs %s%s",
		is_native     ? "on the machine itself"
		: is_emulated ? "emulated"
			      : "virtualised by ",
		is_native || is_emulated ? "" : found);
	return 0;
}

int self_lock(const struct config *config, int *fd)
{
	return strcmp(config->backend, "self") == 0
		       ? lock_take(SELF_LOCK, "tests this machine's own kernel", fd)
		       : 0;
}

bool self_has_died(void)
{
	_free_ char *text = NULL;
	int64_t taint = 0;
	if (file_read("/proc/sys/kernel/tainted", SELF_TEXT_MAX, &text, NULL) != 0) {
		return false;
	}
	text[strcspn(text, "\n")] = '\0';
	return number_parse(text, 0, INT64_MAX, &taint) == 0 && (taint & SELF_DIED) != 0;
}

bool self_is_mounted(const struct config *config)
{
	_free_ char *below = alloc_format("%s/", config->state);
	glob_t found = {0};
	bool is_ours = false;
	glob("/sys/block/loop*/loop/backing_file", 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		_free_ char *file = NULL;
		is_ours |= file_read(found.gl_pathv[i], SELF_TEXT_MAX, &file, NULL) == 0 &&
			   strncmp(file, below, strlen(below)) == 0;
	}
	globfree(&found);
	return is_ours;
}

char *self_why_not(const struct config *config)
{
	if (self_has_died()) {
		return alloc_copy("the running kernel has died of an oops or a BUG (its taint says "
				  "D): reboot the machine");
	}
	if (self_is_mounted(config)) {
		return alloc_copy("a file system of an earlier attempt is still mounted, so "
				  "something of it hangs: reboot the machine");
	}
	return NULL;
}

void self_boot_id(char id[SELF_BOOT_ID])
{
	_free_ char *text = NULL;
	id[0] = '\0';
	if (file_read("/proc/sys/kernel/random/boot_id", SELF_TEXT_MAX, &text, NULL) == 0) {
		snprintf(id, SELF_BOOT_ID, "%.36s", text);
	}
}
