/* The steps `boot` (the guest program has spoken) and `workload` (until it has ended), for each
 * backend alike. How an attempt ends is decided from process ends, the backend's own signs and the
 * guest's words; reports are not read. */
#include "runner/boot.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runner/program.h"
#include "runner/qemu_args.h"
#include "runner/quiet.h"
#include "runner/steps.h"
#include "runner/vm.h"
#include "shared/cleanup.h"
#include "shared/number.h"

enum {
	BOOT_TICK_MS = 100,
	WORKLOAD_TICK_MS = 250, /* the guest is under stress: look less often */
};

static const struct boot_backend *const boot_backends[] = {&boot_qemu, &boot_self};

const struct boot_backend *boot_backend(const struct config *config)
{
	for (size_t i = 0; i < sizeof(boot_backends) / sizeof(boot_backends[0]); i++) {
		if (strcmp(boot_backends[i]->name, config->backend) == 0) {
			return boot_backends[i];
		}
	}
	return &boot_qemu;
}

bool boot_takes(const struct config *config, const struct arch *arch)
{
	_free_ char *qemu = program_find(qemu_args_program(config, arch));
	_free_ char *init = workload_init_path(config, arch);
	const bool is_booted = strcmp(config->backend, "self") != 0;
	return arch_is_native(arch) || (is_booted && qemu != NULL && access(init, R_OK) == 0);
}

bool boot_has_spoken(const struct attempt *a)
{
	return a->vm->samples.is_hello;
}

int boot_said(struct attempt *a)
{
	const struct samples *samples = &a->vm->samples;
	return samples->status == SAMPLES_ERROR
		       ? attempt_end(a, RESULT_WORKLOAD_ERROR, "%s", samples->detail)
		       : attempt_end(a, RESULT_CLEAN, "%s", samples->detail);
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
	const struct boot_backend *backend = boot_backend(a->config);
	char why[160] = "it did not reset after its panic";
	switch (sign) {
	case VM_RUNS:
		return backend->runs != NULL ? backend->runs(a) : 0;
	case VM_ENDED:
		return backend->ended(a);
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
		quiet_leave(a);
		return;
	}
	struct vm *vm = a->vm;
	boot_backend(a->config)->leave(a);
	snprintf(a->release, sizeof(a->release), "%s", vm->samples.release);
	a->page_size = vm->samples.page_size;
	a->work_done = vm->samples.is_progress ? vm->samples.done : -1;
	snprintf(a->ended_by, sizeof(a->ended_by), "%s", vm->samples.ended_by);
	vm_free(a->vm);
	a->vm = NULL;
	courier_quiet(a->courier, false);
	quiet_leave(a);
}

int boot_run(struct attempt *a, int64_t until_ns)
{
	int r = quiet_enter(a, QUIET_GUEST, &until_ns);
	r = r == 0 ? boot_backend(a->config)->start(a) : r;
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
		if (s->is_progress) {
			courier_progress(a->courier, s->done, s->of > 0 ? s->of : -1,
				a->workload.manifest.unit);
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
