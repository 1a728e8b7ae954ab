/* One row per architecture; a new one is a row and a config fragment. */
#include "runner/arch.h"

#include <stddef.h>
#include <string.h>
#include <sys/utsname.h>

/* arm64: sections, and so the smallest piece a node can begin at, are 128 MiB with 4K pages and 512
 * MiB with 64K. ppc64le: pseries refuses nodes that are no multiple of 256 MiB; its caps are those
 * that TCG does not have and warns about; VOF in place of SLOF boots in a third of the time.
 * x86_64: q35, since microvm hangs in early boot under TCG and has no NUMA. */
static const struct arch arch_rows[] = {
	{
		.name = "arm64",
		.machine = "aarch64",
		.debian = "arm64",
		.kernel_arch = "arm64",
		.cross_compile = "aarch64-linux-gnu-",
		.image_target = "Image",
		.image_path = "arch/arm64/boot/Image",
		.build_files = 1900,
		.qemu = "qemu-system-aarch64",
		.qemu_machine = "virt,gic-version=max",
		.qemu_cpu = "cortex-a57",
		.qemu_machine_tcg = "",
		.console = "ttyAMA0",
		.pages = {{4096, NULL, 128}, {65536, "arm64-64k", 512}},
		.modules = {"virtio_pci", "virtio_blk", "virtio_console", "pvpanic-pci"},
	},
	{
		.name = "ppc64le",
		.machine = "ppc64le",
		.debian = "ppc64el",
		.kernel_arch = "powerpc",
		.cross_compile = "powerpc64le-linux-gnu-",
		.image_target = "vmlinux",
		.image_path = "vmlinux",
		.build_files = 1200,
		.qemu = "qemu-system-ppc64",
		.qemu_machine = "pseries",
		.qemu_cpu = "power9",
		.qemu_machine_tcg = ",x-vof=on,cap-htm=off,cap-cfpc=broken,cap-sbbc=broken,"
				    "cap-ibs=broken,cap-ccf-assist=off",
		.console = "hvc0",
		.pages = {{65536, NULL, 256}},
		.modules = {"virtio_pci", "virtio_blk", "virtio_console"},
	},
	{
		.name = "x86_64",
		.machine = "x86_64",
		.debian = "amd64",
		.kernel_arch = "x86_64",
		.cross_compile = "x86_64-linux-gnu-",
		.image_target = "bzImage",
		.image_path = "arch/x86/boot/bzImage",
		.build_files = 1600,
		.qemu = "qemu-system-x86_64",
		.qemu_machine = "q35",
		.qemu_cpu = "max",
		.qemu_machine_tcg = "",
		.console = "ttyS0",
		.pages = {{4096, NULL, 1}},
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

const struct arch_pages *arch_pages(const struct arch *arch, int64_t size)
{
	for (const struct arch_pages *p = arch->pages; p->size != 0; p++) {
		if (p->size == size) {
			return p;
		}
	}
	return NULL;
}

bool arch_is_native(const struct arch *arch)
{
	struct utsname host;
	return uname(&host) == 0 && strcmp(host.machine, arch->machine) == 0;
}

const struct arch *arch_native(void)
{
	for (int i = 0; i < ARCH_COUNT; i++) {
		if (arch_is_native(&arch_rows[i])) {
			return &arch_rows[i];
		}
	}
	return NULL;
}
