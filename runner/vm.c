/* poll over the process's pidfd, QEMU's monitor and the halt; files are looked at each tick. */
#include "runner/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/disk.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"

/* After a panic the guest prints its report and resets at once; one that does not is stuck. */
enum { VM_PANIC_LIMIT_S = 30 };

/* With less room than this QEMU's next write may be lost. */
enum { VM_ROOM_MIN = 1 << 20 };

#define VM_SECURE_NS 1000000000LL

static int64_t vm_file_size(int fd)
{
	struct stat st;
	return fstat(fd, &st) == 0 ? st.st_size : 0;
}

int vm_new(struct attempt *a, struct vm **out)
{
	struct vm *vm = alloc_zero(1, sizeof(*vm));
	*out = vm;
	vm->qmp.fd = vm->kmsg.fd = -1;
	vm->folder = a->spool.path;
	vm->silence_limit_ns = a->job.profile.silence_limit_s * 1000000000;
	vm->size_limit_bytes = a->config->limit_console_mb << 20;
	vm->sign_ns = number_monotonic_ns();
	vm->console_fd = spool_open(&a->spool, "console");
	vm->samples_fd = spool_open(&a->spool, "samples");
	return vm->console_fd < 0 || vm->samples_fd < 0 ? -1 : 0;
}

void vm_free(struct vm *vm)
{
	if (vm == NULL) {
		return;
	}
	process_kill(&vm->process);
	qmp_fini(&vm->qmp);
	kmsg_fini(&vm->kmsg);
	samples_fini(&vm->samples);
	for (int i = 0; i < 2; i++) {
		const int fd = i == 0 ? vm->console_fd : vm->samples_fd;
		if (fd >= 0) {
			close(fd);
		}
	}
	free(vm);
}

/* What the machine itself could take with it when it goes down is on its disk each second. */
static void vm_secure(struct vm *vm, int64_t now_ns)
{
	if (vm->kmsg.fd >= 0 && now_ns - vm->secured_ns > VM_SECURE_NS) {
		fdatasync(vm->console_fd);
		fdatasync(vm->samples_fd);
		vm->secured_ns = now_ns;
	}
}

/* Reads what the guest, QEMU and the machine's kernel have said. */
static int vm_look(struct vm *vm)
{
	const int64_t now_ns = number_monotonic_ns();
	const int64_t samples_before = vm->samples.offset;
	const enum samples_phase phase_before = vm->samples.phase;
	int r = kmsg_copy(&vm->kmsg, vm->console_fd);
	r = r < 0 ? r : qmp_read(&vm->qmp);
	const int64_t console_size = vm_file_size(vm->console_fd);
	if (vm_file_size(vm->samples_fd) <= vm->size_limit_bytes) {
		r = r < 0 ? r : samples_read(&vm->samples, vm->samples_fd);
	}
	if (console_size != vm->console_size || vm->samples.offset != samples_before) {
		vm->sign_ns = now_ns;
	}
	vm->console_size = console_size;
	if (vm->qmp.is_panicked && vm->panic_ns == 0) {
		vm->panic_ns = now_ns;
	}
	if (phase_before < SAMPLES_WORKLOAD && vm->samples.phase >= SAMPLES_WORKLOAD) {
		load_read(&vm->load_from, vm->process.pid);
	}
	vm_secure(vm, now_ns);
	return r;
}

static int vm_judge(const struct vm *vm)
{
	const int64_t now_ns = number_monotonic_ns();
	if (disk_free_bytes(vm->folder) < VM_ROOM_MIN) {
		return VM_NO_ROOM;
	}
	if (vm->console_size > vm->size_limit_bytes ||
		vm_file_size(vm->samples_fd) > vm->size_limit_bytes) {
		return VM_FLOOD;
	}
	if (vm->panic_ns > 0 && now_ns - vm->panic_ns > VM_PANIC_LIMIT_S * 1000000000LL) {
		return VM_PANIC_LATE;
	}
	return now_ns - vm->sign_ns > vm->silence_limit_ns ? VM_SILENT : VM_RUNS;
}

int vm_watch(struct vm *vm, const struct halt *halt, int tick_ms)
{
	struct pollfd fds[3] = {{.fd = vm->process.fd, .events = POLLIN},
		{.fd = halt->fd, .events = POLLIN}, {.fd = vm->qmp.fd, .events = POLLIN}};
	halt_pass(halt);
	if (poll(fds, 3, tick_ms) < 0 && errno != EINTR) {
		return log_errno("cannot wait for the guest");
	}
	if (fds[0].revents != 0) {
		load_read(&vm->load_to, vm->process.pid); /* before it is reaped */
		const int r = vm_look(vm);
		if (r < 0 || process_wait(&vm->process, NULL, 0, &vm->exit_status) < 0) {
			return -1;
		}
		return disk_free_bytes(vm->folder) < VM_ROOM_MIN ? VM_NO_ROOM : VM_ENDED;
	}
	if (fds[1].revents != 0) {
		return VM_HALTED;
	}
	const int r = vm_look(vm);
	return r < 0 ? r : vm_judge(vm);
}
