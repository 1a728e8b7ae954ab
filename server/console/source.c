/* Guilty files. The convention is the field's: see ../shared/design/console-reports.md, 10. */
#include "console/source.h"

#include <string.h>

/* Beginnings of paths that are never guilty; one that ends with "/" stands for a whole folder.
 * Sorted. */
static const char *const machinery[] = {
	"arch/arm/kernel/",
	"arch/arm/lib/",
	"arch/arm/mm/fault",
	"arch/arm64/kernel/entry",
	"arch/arm64/kernel/irq",
	"arch/arm64/kernel/stacktrace.c",
	"arch/arm64/kernel/syscall.c",
	"arch/arm64/kernel/traps.c",
	"arch/arm64/lib/",
	"arch/arm64/mm/fault.c",
	"arch/powerpc/kernel/interrupt",
	"arch/powerpc/kernel/process.c",
	"arch/powerpc/kernel/stacktrace.c",
	"arch/powerpc/kernel/syscall.c",
	"arch/powerpc/kernel/time.c",
	"arch/powerpc/kernel/traps.c",
	"arch/powerpc/lib/",
	"arch/powerpc/mm/fault.c",
	"arch/riscv/kernel/stacktrace.c",
	"arch/riscv/kernel/traps.c",
	"arch/riscv/mm/fault.c",
	"arch/s390/kernel/dumpstack.c",
	"arch/s390/kernel/traps.c",
	"arch/s390/mm/fault.c",
	"arch/x86/entry/",
	"arch/x86/kernel/apic/",
	"arch/x86/kernel/cet.c",
	"arch/x86/kernel/irq",
	"arch/x86/kernel/kvm.c",
	"arch/x86/kernel/stacktrace.c",
	"arch/x86/kernel/traps.c",
	"arch/x86/kernel/unwind",
	"arch/x86/lib/",
	"arch/x86/mm/extable.c",
	"arch/x86/mm/fault.c",
	"arch/x86/mm/physaddr.c",
	"drivers/usb/core/urb.c",
	"fs/proc/generic.c",
	"kernel/irq/",
	"kernel/kcov.c",
	"kernel/kcsan/",
	"kernel/kthread.c",
	"kernel/locking/",
	"kernel/panic.c",
	"kernel/printk/",
	"kernel/rcu/",
	"kernel/sched/",
	"kernel/smp.c",
	"kernel/softirq.c",
	"kernel/stacktrace.c",
	"kernel/stop_machine.c",
	"kernel/time/",
	"kernel/workqueue.c",
	"lib/",
	"mm/debug.c",
	"mm/highmem.c",
	"mm/kasan/",
	"mm/kfence/",
	"mm/kmemleak.c",
	"mm/kmsan/",
	"mm/memory.c",
	"mm/mempool.c",
	"mm/page_alloc.c",
	"mm/percpu",
	"mm/slab",
	"mm/slub.c",
	"mm/usercopy.c",
	"mm/util.c",
	"mm/vmalloc.c",
	"net/core/dev.c",
	"net/core/skbuff.c",
	"net/core/sock.c",
	"virt/lib/",
};

bool source_is_machinery(const char *file)
{
	size_t size = strlen(file);
	if (size > 2 && strcmp(file + size - 2, ".h") == 0) {
		return true;
	}
	for (size_t i = 0; i < sizeof(machinery) / sizeof(machinery[0]); i++) {
		if (strncmp(file, machinery[i], strlen(machinery[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* Without "./" in front. */
static const char *plain(const char *file)
{
	return strncmp(file, "./", 2) == 0 ? file + 2 : file;
}

static size_t folder_size(const char *file)
{
	const char *slash = strrchr(file, '/');
	return slash == NULL ? 0 : (size_t)(slash - file);
}

static const char *search(const struct console_frame *frames, size_t n)
{
	const char *found = NULL;
	size_t folder = 0;
	for (size_t i = 0; i < n; i++) {
		const char *file = frames[i].file == NULL ? NULL : plain(frames[i].file);
		if (file == NULL || source_is_machinery(file)) {
			continue;
		}
		bool is_deeper = found != NULL && folder_size(file) > folder &&
				 strncmp(file, found, folder) == 0 && file[folder] == '/';
		if (found == NULL || is_deeper) {
			found = file;
			folder = folder_size(file);
		}
	}
	return found;
}

/* Where the interrupted task's frames begin: behind the timer's. */
static size_t behind_timer(const struct console_frame *frames, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (frames[i].function != NULL &&
			strstr(frames[i].function, "apic_timer_interrupt") != NULL) {
			return i + 1;
		}
	}
	return 0;
}

const char *source_guilty(const char *title, const struct console_frame *frames, size_t n)
{
	bool is_stall = strncmp(title, "INFO: rcu detected stall", 24) == 0;
	size_t from = is_stall ? behind_timer(frames, n) : 0;
	const char *file = search(frames + from, n - from);
	file = file == NULL && from > 0 ? search(frames, n) : file;
	for (size_t i = 0; i < n && file == NULL; i++) {
		bool is_frame = frames[i].file != NULL && frames[i].function != NULL;
		file = is_frame ? plain(frames[i].file) : NULL;
	}
	return file;
}
