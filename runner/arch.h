/* THE table of architectures: all that differs between them, for building and for QEMU. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct arch {
	const char *name;          /* as profiles have it */
	const char *machine;       /* as uname -m has it: these may use KVM */
	const char *kernel_arch;   /* make ARCH= */
	const char *cross_compile; /* prefix of the compiler on other machines */
	const char *image_target;  /* make target … */
	const char *image_path;    /* … and what it makes */
	int64_t build_files;       /* roughly the objects of a first build, for progress */
	const char *qemu, *qemu_machine, *qemu_cpu;
	const char *console;    /* the guest's name of the first serial port */
	int64_t node_unit_mb;   /* a NUMA node's memory is a multiple of this */
	const char *modules[5]; /* what a prebuilt kernel needs beside the file system's, ends with
				   NULL */
};

/* The row with this name or NULL. */
const struct arch *arch_find(const char *name);

/* Row i, NULL past the end. */
const struct arch *arch_at(int i);

/* Whether this host runs the architecture by itself. */
bool arch_is_native(const struct arch *arch);
