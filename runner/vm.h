/* A guest that runs: QEMU's process, its monitor, what the guest says and how its console grows. */
#pragma once

#include <stdint.h>

#include "runner/attempt.h"
#include "runner/load.h"
#include "runner/process.h"
#include "runner/qmp.h"
#include "runner/samples.h"
#include "runner/words.h"

enum vm_sign {
	VM_RUNS,       /* nothing to decide */
	VM_ENDED,      /* QEMU has ended: exit_status is set */
	VM_HALTED,     /* the attempt's halt is set */
	VM_FLOOD,      /* console or samples passed the limit */
	VM_SILENT,     /* no byte of console or samples for the limit */
	VM_PANIC_LATE, /* it panicked and did not end */
	VM_NO_ROOM,    /* the disk is full: nothing it writes from here on is true */
};

struct vm {
	struct process process;
	struct qmp qmp;
	struct samples samples;
	int samples_fd, console_fd;
	int64_t console_size, sign_ns; /* when it last wrote something */
	int64_t panic_ns;              /* when it panicked; 0: it did not */
	const char *folder;
	int64_t silence_limit_ns, size_limit_bytes;
	int exit_status;
	struct load load_from, load_to;
};

/* Starts QEMU in the spool folder. 0 or a fault; vm_free in any case. */
int vm_new(struct attempt *attempt, const struct words *argv, struct vm **out);

/* Kills QEMU if it runs. */
void vm_free(struct vm *vm);

/* Waits at most `tick_ms` for something to happen, reads what is new, and says what it means. A
 * fault is negative. */
int vm_watch(struct vm *vm, const struct halt *halt, int tick_ms);
