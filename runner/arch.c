/* One row per architecture; a new one is a row and a config fragment. */
#include "runner/arch.h"

#include <stddef.h>
#include <string.h>
#include <sys/utsname.h>

/* q35, since microvm hangs in early boot under TCG and has no NUMA. */
static const struct arch arch_rows[] = {
	{
		.name = "x86_64",
		.machine = "x86_64",
		.kernel_arch = "x86_64",
		.cross_compile = "x86_64-linux-gnu-",
		.image_target = "bzImage",
		.image_path = "arch/x86/boot/bzImage",
		.build_files = 1600,
		.qemu = "qemu-system-x86_64",
		.qemu_machine = "q35",
		.qemu_cpu = "max",
		.console = "ttyS0",
		.node_unit_mb = 1,
		.modules = {"virtio_pci", "virtio_blk", "virtio_console", "pvpanic-pci"},
	},
};

enum { ARCH_COUNT = sizeof(arch_rows) / sizeof(arch_rows[0]) };

const struct arch *arch_at(int i)
{
	return i >= 0 && i < ARCH_COUNT ? &arch_rows[i] : NULL;
}

const struct arch *arch_find(const char *name)
{
	for (int i = 0; i < ARCH_COUNT; i++) {
		if (strcmp(arch_rows[i].name, name) == 0) {
			return &arch_rows[i];
		}
	}
	return NULL;
}

bool arch_is_native(const struct arch *arch)
{
	struct utsname host;
	return uname(&host) == 0 && strcmp(host.machine, arch->machine) == 0;
}
