/* Profile and architecture in, words out. */
#include "runner/qemu_args.h"

#include <stdio.h>
#include <string.h>

#include "runner/orders.h"
#include "runner/process.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"

const char *qemu_args_program(const struct config *config, const struct arch *arch)
{
	return config->qemu != NULL && arch_is_native(arch) ? config->qemu : arch->qemu;
}

const char *qemu_args_accel(const struct config *config, const struct arch *arch)
{
	return strcmp(config->accel, "kvm") == 0 && arch_is_native(arch) ? "kvm" : "tcg";
}

void qemu_args_machine(const struct arch *arch, const char *accel, struct words *out)
{
	const bool is_tcg = strcmp(accel, "tcg") == 0;
	words_add(out, "-M");
	words_format(out, "%s%s", arch->qemu_machine, is_tcg ? arch->qemu_machine_tcg : "");
	words_add(out, "-cpu");
	words_add(out, is_tcg ? arch->qemu_cpu : "host");
	words_add(out, "-accel");
	words_add(out, is_tcg ? "tcg,thread=multi,tb-size=256" : accel);
}

int qemu_args_cmdline(const struct attempt *a, char **out)
{
	_words_ struct words orders = {0};
	const int r = orders_words(a, a->workload.program_guest, &orders);
	if (r < 0) {
		return r;
	}
	char *line = NULL;
	size_t size = 0;
	FILE *text = open_memstream(&line, &size);
	fprintf(text, "console=%s panic=-1 oops=panic%s%s --", a->arch->console,
		a->job.profile.cmdline[0] != '\0' ? " " : "", a->job.profile.cmdline);
	for (size_t i = 0; i < orders.count; i++) {
		fprintf(text, " %s", orders.list[i]);
	}
	fclose(text);
	if (size > QEMU_ARGS_CMDLINE_MAX) {
		free(line);
		return log_fault(
			"the kernel's command line is longer than %d bytes", QEMU_ARGS_CMDLINE_MAX);
	}
	*out = line;
	return 0;
}

/* One memory backend and node each; a node without CPUs is fine. Without sockets= the guest prints
 * a false warning about its topology. */
static void qemu_args_nodes(const struct attempt *a, struct words *out)
{
	const int64_t nodes = a->job.profile.numa_nodes;
	const int64_t cpus = a->job.profile.cpus;
	const int64_t unit = arch_pages(a->arch, a->job.profile.page_size)->node_unit_mb;
	const int64_t each = a->job.profile.memory_mb / nodes / unit * unit;
	words_add(out, "-smp");
	words_format(out, "%lld,sockets=%lld", (long long)cpus,
		(long long)(cpus % nodes == 0 ? nodes : cpus));
	words_add(out, "-m");
	words_format(out, "%lld", (long long)a->job.profile.memory_mb);
	for (int64_t i = 0; i < nodes; i++) {
		const int64_t size =
			i + 1 < nodes ? each : a->job.profile.memory_mb - each * (nodes - 1);
		const int64_t first = i * cpus / nodes;
		const int64_t last = (i + 1) * cpus / nodes - 1;
		_free_ char *own = first <= last ? alloc_format(",cpus=%lld-%lld", (long long)first,
							   (long long)last)
						 : alloc_copy("");
		words_add(out, "-object");
		words_format(out, "memory-backend-ram,id=m%lld,size=%lldM", (long long)i,
			(long long)size);
		words_add(out, "-numa");
		words_format(
			out, "node,nodeid=%lld,memdev=m%lld%s", (long long)i, (long long)i, own);
	}
}

/* The workload's root; the guest knows it by its serial number. */
static void qemu_args_root(const struct attempt *a, struct words *out)
{
	if (a->workload.manifest.packages != NULL) {
		words_split(out, "-drive file=root.img,if=none,id=d1,format=raw,readonly=on "
				 "-device virtio-blk-pci,drive=d1,serial=root");
	}
}

static void qemu_args_devices(struct words *out, bool is_for_people)
{
	static const char *const devices[] = {
		"-drive",
		"file=disk.img,if=none,id=d0,format=raw,cache=unsafe,discard=unmap",
		"-device",
		"virtio-blk-pci,drive=d0",
		"-device",
		"virtio-serial-pci",
		"-chardev",
		"file,id=samples,path=samples",
		"-device",
		"virtserialport,chardev=samples,name=org.faultline.samples",
		"-device",
		"pvpanic-pci",
		"-action",
		"panic=none",
	};
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		words_add(out, devices[i]);
	}
	words_add(out, "-chardev");
	words_add(out, is_for_people ? "stdio,id=console" : "file,id=console,path=console");
	words_add(out, "-serial");
	words_add(out, "chardev:console");
	if (!is_for_people) {
		words_add(out, "-chardev");
		words_format(out, "socket,id=qmp,fd=%d", PROCESS_EXTRA_FD);
		words_add(out, "-mon");
		words_add(out, "chardev=qmp,mode=control");
	}
}

void qemu_args(const struct attempt *a, const char *accel, const char *cmdline, bool is_for_people,
	struct words *out)
{
	words_add(out, is_for_people ? a->arch->qemu : qemu_args_program(a->config, a->arch));
	words_add(out, "-name");
	words_format(out, "faultline-%lld", (long long)a->id);
	words_split(out, "-nodefaults -no-user-config -display none -no-reboot -sandbox "
			 "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
	qemu_args_machine(a->arch, accel, out);
	qemu_args_nodes(a, out);
	qemu_args_devices(out, is_for_people);
	qemu_args_root(a, out);
	words_split(out, "-kernel image -initrd initrd -append");
	words_add(out, cmdline);
}
