/* A guest program that runs, in QEMU or on the machine itself: the process, QEMU's monitor or the
 * machine's kernel log, what the guest says and how its console grows. */
#pragma once

#include <stdint.h>

#include "runner/attempt.h"
#include "runner/kmsg.h"
#include "runner/load.h"
#include "runner/process.h"
#include "runner/qmp.h"
#include "runner/samples.h"

enum vm_sign {
	VM_RUNS,       /* nothing to decide */
	VM_ENDED,      /* the process has ended: exit_status is set */
	VM_HALTED,     /* the attempt's halt is set */
	VM_FLOOD,      /* console or samples passed the limit */
	VM_SILENT,     /* no byte of console or samples for the limit */
	VM_PANIC_LATE, /* it panicked and did not end */
	VM_NO_ROOM,    /* the disk is full: nothing it writes from here on is true */
};

struct vm {
	struct process process;
	struct qmp qmp;   /* fd < 0: there is none */
	struct kmsg kmsg; /* likewise */
	struct samples samples;
	int samples_fd, console_fd;
	int64_t console_size, sign_ns; /* when it last wrote something */
	int64_t panic_ns;              /* when it panicked; 0: it did not */
	int64_t secured_ns;            /* when its words were last written to the disk */
	const char *folder;
	int64_t silence_limit_ns, size_limit_bytes;
	int exit_status;
	struct load load_from, load_to;
};

/* Opens what the guest writes into; its backend starts `process`. 0 or a fault; vm_free in any
 * case.
 */
int vm_new(struct attempt *attempt, struct vm **out);

/* Kills the process if it runs. */
void vm_free(struct vm *vm);

/* Waits at most `tick_ms` for something to happen, reads what is new, and says what it means. A
 * fault is negative. */
int vm_watch(struct vm *vm, const struct halt *halt, int tick_ms);
