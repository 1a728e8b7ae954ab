/* QEMU's arguments for one attempt. All files are named relative to the spool folder, where QEMU
 * works: so the same line boots the same thing wherever the files were fetched to. */
#pragma once

#include "runner/attempt.h"
#include "runner/words.h"

enum { QEMU_ARGS_CMDLINE_MAX = 2040 }; /* x86 takes 2048 bytes with the final zero */

/* The program: the architecture's own; for this host's architecture --qemu, if given. */
const char *qemu_args_program(const struct config *config, const struct arch *arch);

/* Which accelerator: "kvm" or "tcg". --accel auto must have been settled (kvm.h). */
const char *qemu_args_accel(const struct config *config, const struct arch *arch);

/* The machine, its CPU and the accelerator. */
void qemu_args_machine(const struct arch *arch, const char *accel, struct words *out);

/* The kernel's command line with the guest's orders; the caller's. 0 or a fault. */
int qemu_args_cmdline(const struct attempt *attempt, char **out);

/* All arguments, for the runner (QMP on descriptor PROCESS_EXTRA_FD) or, `is_for_people`, with the
 * console on the terminal. `accel` as from qemu_args_accel. */
void qemu_args(const struct attempt *attempt, const char *accel, const char *cmdline,
	bool is_for_people, struct words *out);
