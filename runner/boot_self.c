/* The backend `self`: the kernel that the machine runs is stressed by the guest program in
 * namespaces of its own, on a file system in a file of the spool. Nothing is booted, so a kernel
 * that goes down takes the runner with it: what it left is found at the next start (recover.c). */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "runner/boot.h"
#include "runner/orders.h"
#include "runner/self.h"
#include "runner/steps.h"
#include "runner/vm.h"
#include "runner/words.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/number.h"

enum { BOOT_SELF_LEAVE_MS = 10000, BOOT_SELF_TICK_MS = 20 };

/* Whether this machine is what was asked for. */
int running_run(struct attempt *a, int64_t until_ns)
{
	(void)until_ns;
	struct utsname host = {0};
	uname(&host);
	const char *wanted = a->job.revision.running;
	const long page_size = sysconf(_SC_PAGESIZE);
	if (!arch_is_native(a->arch) || strcmp(host.release, wanted) != 0) {
		return attempt_end(a, RESULT_FAULT, "this machine runs %s on %s, not %s on %s",
			host.release, host.machine, wanted, a->arch->machine);
	}
	if (page_size != a->job.profile.page_size) {
		return attempt_end(a, RESULT_FAULT,
			"this machine's kernel has pages of %ld bytes, not %lld", page_size,
			(long long)a->job.profile.page_size);
	}
	snprintf(a->release, sizeof(a->release), "%s", host.release);
	a->page_size = page_size;
	a->accel = a->config->accel;
	self_boot_id(a->boot_id);
	return 0;
}

static int boot_self_words(struct attempt *a, struct words *out)
{
	_free_ char *folder = spool_path(&a->spool, "mnt");
	_free_ char *disk = spool_path(&a->spool, "disk.img");
	_free_ char *guest = workload_init_path(a->config, a->arch);
	if (mkdir(folder, 0755) < 0) {
		return log_errno("cannot make '%s'", folder);
	}
	words_add(out, guest);
	words_format(out, "samples=%d", PROCESS_EXTRA_FD);
	words_format(out, "disk=%s", disk);
	words_format(out, "folder=%s", folder);
	return orders_words(a, a->workload.program_path, out);
}

/* What says that this attempt was here is on the disk before the kernel is stressed. */
static void boot_self_secure(const struct attempt *a)
{
	_fd_ int folder = open(a->spool.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0) {
		syncfs(folder);
	}
}

static int boot_self_launch(struct attempt *a, const struct words *argv)
{
	const struct process_spec spec = {.argv = words_argv(argv),
		.folder = a->spool.path,
		.output_fd = a->vm->console_fd,
		.error_fd = a->vm->console_fd,
		.extra_fd = a->vm->samples_fd,
		.death_signal = SIGKILL};
	const int r = kmsg_open(&a->vm->kmsg);
	return r < 0 ? r : process_start(&spec, &a->vm->process);
}

static int boot_self_start(struct attempt *a)
{
	_words_ struct words argv = {0};
	_free_ char *why = self_why_not(a->config);
	if (why != NULL) {
		return attempt_end(a, RESULT_FAULT, "%s", why);
	}
	int r = boot_self_words(a, &argv);
	boot_self_secure(a);
	a->load_before = load_average();
	r = r < 0 ? r : vm_new(a, &a->vm);
	r = r < 0 ? r : boot_self_launch(a, &argv);
	return r < 0 ? attempt_end(a, RESULT_FAULT, "cannot begin: %s", log_last()) : 0;
}

/* Work after an oops is no work that could have gone wrong: it would only blur the rate. */
static int boot_self_runs(struct attempt *a)
{
	return self_has_died() ? attempt_end(a, RESULT_CRASH,
					 "the kernel died of an oops or a BUG, and the machine "
					 "went on: its taint says D")
			       : 0;
}

static int boot_self_ended(struct attempt *a)
{
	const struct vm *vm = a->vm;
	if (boot_self_runs(a) != 0) {
		return ATTEMPT_ENDED;
	}
	if (vm->samples.status == SAMPLES_NONE) {
		return attempt_end(
			a, RESULT_FAULT, "faultline-guest ended with status %d", vm->exit_status);
	}
	if (!boot_has_spoken(a)) {
		return attempt_end(a, RESULT_FAULT, "%s", vm->samples.detail);
	}
	return boot_said(a);
}

/* The kernel ends the namespaces and unmounts behind a process that was killed, and needs a moment
 * for it; the next attempt is not to meet it. */
static void boot_self_leave(struct attempt *a)
{
	const int64_t until_ns = number_monotonic_ns() + BOOT_SELF_LEAVE_MS * 1000000LL;
	process_kill(&a->vm->process);
	while (self_is_mounted(a->config) && number_monotonic_ns() < until_ns) {
		usleep(BOOT_SELF_TICK_MS * 1000);
	}
	kmsg_copy(&a->vm->kmsg, a->vm->console_fd);
}

const struct boot_backend boot_self = {
	.name = "self",
	.settle = self_settle,
	.why_not = self_why_not,
	.start = boot_self_start,
	.runs = boot_self_runs,
	.ended = boot_self_ended,
	.leave = boot_self_leave,
};
