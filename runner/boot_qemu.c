/* The steps `boot` (QEMU started, the guest has spoken) and `workload` (until the guest is off).
 * How an attempt ends is decided here from process ends, monitor events and the guest's own words;
 * reports are not read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/qemu_args.h"
#include "runner/steps.h"
#include "runner/vm.h"
#include "runner/words.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/number.h"

enum {
	BOOT_TICK_MS = 100,
	WORKLOAD_TICK_MS = 250, /* the guest is under stress: look less often */
	BOOT_ERROR_MAX = 4096,
};

static bool boot_has_spoken(const struct attempt *a)
{
	return a->vm->samples.is_hello;
}

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
	if (vm->samples.status == SAMPLES_ERROR) {
		return attempt_end(a, RESULT_WORKLOAD_ERROR, "%s", vm->samples.detail);
	}
	return attempt_end(a, RESULT_CLEAN, "%s", vm->samples.detail);
}

/* The guest does not go on: it is killed. Once it panicked that is the result, however it ends. */
static int boot_stuck(struct attempt *a, const char *why)
{
	const bool is_panicked = a->vm->qmp.is_panicked;
	const enum attempt_result result = !boot_has_spoken(a) ? RESULT_NO_BOOT
					   : is_panicked       ? RESULT_CRASH
							       : RESULT_HANG;
	return attempt_end(a, result, "%s%s", is_panicked ? "the guest panicked; " : "", why);
}

static int boot_sign(struct attempt *a, enum vm_sign sign)
{
	char why[160] = "it did not reset after its panic";
	switch (sign) {
	case VM_RUNS:
		return 0;
	case VM_ENDED:
		return boot_ended(a);
	case VM_HALTED:
		return attempt_halted(a);
	case VM_FLOOD:
		snprintf(why, sizeof(why), "it wrote more than %lld MiB and was stopped",
			(long long)a->config->limit_console_mb);
		break;
	case VM_SILENT:
		snprintf(why, sizeof(why), "no byte of console or samples for %lld s",
			(long long)a->job.profile.silence_limit_s);
		break;
	case VM_NO_ROOM:
		return attempt_end(a, RESULT_FAULT, "no room left in '%s' while the guest ran",
			a->config->state);
	case VM_PANIC_LATE:
		break;
	}
	return boot_stuck(a, why);
}

void boot_stop(struct attempt *a)
{
	if (a->vm == NULL) {
		return;
	}
	struct vm *vm = a->vm;
	if (vm->process.pid > 0) {
		load_read(&vm->load_to, vm->process.pid);
	}
	snprintf(a->release, sizeof(a->release), "%s", vm->samples.release);
	a->page_size = vm->samples.page_size;
	a->load_during = vm->load_from.at_ns > 0 ? load_between(&vm->load_from, &vm->load_to) : -1;
	vm_free(a->vm);
	a->vm = NULL;
	courier_quiet(a->courier, false);
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
	const int r = vm_new(a, &argv, &a->vm);
	if (r < 0) {
		return attempt_end(a, RESULT_FAULT, "cannot start the guest: %s", log_last());
	}
	a->accel = accel;
	a->qemu_shell = words_shell(&shown);
	return 0;
}

int boot_run(struct attempt *a, int64_t until_ns)
{
	int r = boot_start(a);
	while (r == 0 && !boot_has_spoken(a)) {
		const int sign = vm_watch(a->vm, a->halt, BOOT_TICK_MS);
		r = sign < 0 ? sign : boot_sign(a, (enum vm_sign)sign);
		if (r == 0 && !boot_has_spoken(a) && number_monotonic_ns() >= until_ns) {
			r = boot_stuck(a, "no word from the guest within the boot limit");
		}
	}
	return r;
}

int workload_run(struct attempt *a, int64_t until_ns)
{
	/* twice its duration on a slow host, and as long again as silence may last for preparing
	 * and ending */
	const int64_t own_ns =
		attempt_until(a, 2 * a->job.profile.duration_s + a->job.profile.silence_limit_s);
	const int64_t end_ns = own_ns < until_ns ? own_ns : until_ns;
	int r = 0;
	while (r == 0) {
		const struct samples *s = &a->vm->samples;
		courier_quiet(a->courier, s->phase == SAMPLES_WORKLOAD);
		if (s->of > 0) {
			courier_progress(a->courier, s->done, s->of, a->workload.manifest.unit);
		}
		const int sign = vm_watch(a->vm, a->halt, WORKLOAD_TICK_MS);
		r = sign < 0 ? sign : boot_sign(a, (enum vm_sign)sign);
		if (r == 0 && number_monotonic_ns() >= end_ns) {
			r = boot_stuck(
				a, "the guest still ran long after its workload should have ended");
		}
	}
	return r;
}
