/* THE table of architectures: all that differs between them, for building and for QEMU. A fourth
 * one is a row here and a fragment in runner/configs/. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { ARCH_MODULES = 5, ARCH_PAGES = 3 };

/* A page size that the architecture's kernels can be built for. */
struct arch_pages {
	int64_t size;         /* bytes; 0 ends the list */
	const char *fragment; /* merged on top of the architecture's; NULL: that one gives it */
	int64_t node_unit_mb; /* a NUMA node's memory is a multiple of this */
};

struct arch {
	const char *name;          /* as profiles have it */
	const char *machine;       /* as uname -m has it: these build natively and may use KVM */
	const char *debian;        /* as Debian's packages have it */
	const char *kernel_arch;   /* make ARCH= */
	const char *cross_compile; /* prefix of the compiler on other machines */
	const char *image_target;  /* make target … */
	const char *image_path;    /* … and what it makes */
	int64_t build_files;       /* roughly the objects of a first build, for progress */
	const char *qemu, *qemu_machine, *qemu_cpu;
	const char *qemu_machine_tcg; /* added to qemu_machine where QEMU emulates; "": nothing */
	const char *console;          /* the guest's name of the first serial port */
	struct arch_pages pages[ARCH_PAGES];
	const char *modules[ARCH_MODULES]; /* what a prebuilt kernel needs beside the file system's,
					      ends with NULL */
};

/* The row with this name or NULL. */
const struct arch *arch_find(const char *name);

/* Row i, NULL past the end. */
const struct arch *arch_at(int i);

/* The row's entry for a page size; NULL: its kernels have no such pages. */
const struct arch_pages *arch_pages(const struct arch *arch, int64_t size);

/* Whether this host runs the architecture by itself. */
bool arch_is_native(const struct arch *arch);

/* This host's row; NULL: it has none. */
const struct arch *arch_native(void);
