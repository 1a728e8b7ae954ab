/* How the kernel under test comes to run: one row in boot.c's table for each way. What is the same
 * for all, watching the guest program until it is done, is in boot.c. */
#pragma once

#include <stdbool.h>

#include "runner/attempt.h"

struct boot_backend {
	const char *name; /* --backend */

	/* Puts what holds on this machine in the place of --accel auto. 0 or a fault. */
	int (*settle)(struct config *config, const struct halt *halt);

	/* Why no job can be done at present; the caller's. NULL: nothing is in the way. */
	char *(*why_not)(const struct config *config);

	/* Lets the guest program begin: attempt->vm and ->accel. 0, ATTEMPT_ENDED or a fault. */
	int (*start)(struct attempt *attempt);

	/* It goes on: 0, or ATTEMPT_ENDED when it should not. NULL: there is nothing to look at. */
	int (*runs)(struct attempt *attempt);

	/* What attempt->vm runs has ended by itself: says how the attempt ends. */
	int (*ended)(struct attempt *attempt);

	/* attempt->vm is about to be freed, and what it runs is killed after this. */
	void (*leave)(struct attempt *attempt);
};

extern const struct boot_backend boot_qemu;
extern const struct boot_backend boot_self;

/* The row that --backend names; config_read has checked the name. */
const struct boot_backend *boot_backend(const struct config *config);

/* Whether jobs of `arch` are taken. The host's own always: what is missing is then told in their
 * results. Others only where their QEMU and guest programs are. */
bool boot_takes(const struct config *config, const struct arch *arch);

/* The guest has said its first word. */
bool boot_has_spoken(const struct attempt *attempt);

/* The result by the guest program's own last word, once it has ended as it should. */
int boot_said(struct attempt *attempt);
