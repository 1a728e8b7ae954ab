/* The backend `qemu`: a kernel that was built or fetched runs in a QEMU of its own, whose monitor
 * tells of panics and resets. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "runner/boot.h"
#include "runner/kvm.h"
#include "runner/qemu_args.h"
#include "runner/sandbox.h"
#include "runner/vm.h"
#include "runner/words.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"

enum { BOOT_ERROR_MAX = 4096 };

/* QEMU's own complaint; the caller's. */
static char *boot_qemu_error(const struct attempt *a)
{
	_free_ char *path = spool_path(&a->spool, "qemu.log");
	char *text = NULL;
	if (file_read(path, BOOT_ERROR_MAX, &text, NULL) != 0) {
		return alloc_copy("");
	}
	for (size_t n = strlen(text); n > 0 && text[n - 1] == '\n'; n--) {
		text[n - 1] = '\0';
	}
	return text;
}

static int boot_ended_badly(struct attempt *a)
{
	const int status = a->vm->exit_status;
	_free_ char *error = boot_qemu_error(a);
	if (status >= PROCESS_SIGNALLED) {
		return attempt_end(a, RESULT_FAULT, "QEMU was ended by signal %d: %s",
			status - PROCESS_SIGNALLED, error);
	}
	return attempt_end(a, RESULT_FAULT, "QEMU ended with exit code %d: %s", status, error);
}

static const char *boot_how(const struct vm *vm)
{
	if (vm->qmp.is_panicked) {
		return "the guest panicked";
	}
	return vm->qmp.shutdown == QMP_POWEROFF ? "the guest powered off" : "the guest was reset";
}

/* QEMU has ended by itself. */
static int boot_ended(struct attempt *a)
{
	const struct vm *vm = a->vm;
	const bool is_crash = vm->qmp.is_panicked || vm->qmp.shutdown == QMP_RESET;
	if (vm->exit_status != 0 || vm->qmp.shutdown == QMP_KILLED) {
		return boot_ended_badly(a);
	}
	if (!boot_has_spoken(a)) {
		return attempt_end(a, RESULT_NO_BOOT, "%s before it said a word", boot_how(vm));
	}
	if (vm->samples.status == SAMPLES_NONE || is_crash) {
		return attempt_end(a, RESULT_CRASH, "%s %s", boot_how(vm),
			vm->samples.status == SAMPLES_NONE ? "before the workload's end"
							   : "after the workload's end");
	}
	return boot_said(a);
}

static void boot_leave(struct attempt *a)
{
	struct vm *vm = a->vm;
	if (vm->process.pid > 0) {
		load_read(&vm->load_to, vm->process.pid);
	}
	a->load_during = vm->load_from.at_ns > 0 ? load_between(&vm->load_from, &vm->load_to) : -1;
}

static char *boot_why_not(const struct config *config)
{
	(void)config;
	return NULL;
}

static int boot_settle(struct config *config, const struct halt *halt)
{
	const int r = kvm_settle(config, halt);
	sandbox_settle(config, halt);
	return r;
}

static int boot_launch(struct attempt *a, const struct words *argv)
{
	_fd_ int theirs = -1;
	_fd_ int errors = spool_open(&a->spool, "qemu.log");
	if (errors < 0 || qmp_init(&a->vm->qmp, &theirs) < 0) {
		return -1;
	}
	const struct process_spec spec = {.argv = words_argv(argv),
		.folder = a->spool.path,
		.output_fd = errors,
		.error_fd = errors,
		.extra_fd = theirs,
		.death_signal = SIGKILL};
	return process_start(&spec, &a->vm->process);
}

static int boot_start(struct attempt *a)
{
	_free_ char *cmdline = NULL;
	if (qemu_args_cmdline(a, &cmdline) < 0) {
		return attempt_end(a, RESULT_FAULT, "%s", log_last());
	}
	const char *accel = qemu_args_accel(a->config, a->arch);
	_words_ struct words argv = {0};
	_words_ struct words shown = {0};
	qemu_args(a, accel, cmdline, false, &argv);
	qemu_args(a, accel, cmdline, true, &shown);
	a->load_before = load_average();
	int r = vm_new(a, &a->vm);
	r = r < 0 ? r : boot_launch(a, &argv);
	if (r < 0) {
		return attempt_end(a, RESULT_FAULT, "cannot start the guest: %s", log_last());
	}
	a->accel = accel;
	a->qemu_shell = words_shell(&shown);
	return 0;
}

const struct boot_backend boot_qemu = {
	.name = "qemu",
	.settle = boot_settle,
	.why_not = boot_why_not,
	.start = boot_start,
	.ended = boot_ended,
	.leave = boot_leave,
};
