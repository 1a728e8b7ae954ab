/* The runner's orders: KEY=VALUE arguments behind `--` on the kernel command line, which the kernel
 * hands to init, or of a program that is started on a machine which runs already. A value holds no
 * white space; a list is separated by commas. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The kernel hands over at most 32 words (CONFIG_INIT_ENV_ARG_LIMIT), its line at most 2048 bytes.
 */
enum { ORDERS_ARGS_MAX = 64, ORDERS_TEXT_BYTES = 2048 };

struct orders {
	const char *disk;   /* disk=PATH: the disk under test, a device or a file; else /dev/vda */
	const char *folder; /* folder=PATH: where it is mounted; else /mnt */
	const char *fs;     /* fs=xfs: what the disk holds */
	const char *mount;  /* mount=rw,noatime: options, "" for none */
	const char *workload; /* workload=migrate-hot: its name */
	const char *program;  /* program=/usr/bin/x; without it /workloads/NAME */
	bool has_pipe; /* progress=pipe: it speaks as workload.h says; progress=time: it does not */
	bool has_root; /* root=1: a second disk holds the root that the workload runs in */
	int64_t seconds;    /* seconds=10: how long the workload works */
	int64_t migrations; /* migrations=5000: it ends sooner, when so many were tried; 0: it does
			       not */
	int64_t samples;    /* samples=3: the host listens on this descriptor, and the machine runs
			       already; 0: it is ours and has a virtio-serial port */
	char *args[ORDERS_ARGS_MAX + 1]; /* args=-r,0,-R,2, and NULL */
	char text[ORDERS_TEXT_BYTES];    /* what `args` points into */
	char program_path[256];          /* what `program` points into when it was not given */
};

struct report;

/* Reads init's arguments; pointers lead into `argv` and into `orders`. Words with an unknown key
 * are said on the console and left. 0 or a fault that names the word. */
int orders_read(struct orders *orders, int argc, char **argv, struct report *report);
