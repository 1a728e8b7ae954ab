/* Building runs code that somebody posted: Makefiles, Kconfig, scripts. git, make and what reads
 * their output therefore run in bubblewrap: no network, no processes but their own, nothing to be
 * seen but the system's programs and what is named here, nothing to be written but what is named;
 * limits of time, memory and file sizes of each process (of all together: bounds.h); and nothing
 * outlives it. One wrap for each program that
 * the runner starts, so it costs milliseconds a step. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runner/config.h"
#include "runner/words.h"

struct halt;

enum { SANDBOX_PATHS = 6 };

struct sandbox {
	const char *folder; /* to work in; NULL: / */
	/* Absolute paths, which keep their names; NULL ends. What is not there is left out. */
	const char *reads[SANDBOX_PATHS];
	const char *writes[SANDBOX_PATHS]; /* may lie within what can be read */
	int64_t until_ns;                  /* CLOCK_MONOTONIC; no process gets more of all CPUs */
	bool is_watched; /* what is left running at the end is named on standard output */
};

/* Settles config->is_sandboxed: tries bubblewrap unless --sandbox is never, and says what follows
 * when it does not work. */
void sandbox_settle(struct config *config, const struct halt *halt);

/* Whether patches that somebody posted may be built: confined, or because the operator said so. */
bool sandbox_takes_patches(const struct config *config);

/* Adds the words that stand before a command so that it runs in the sandbox; none where there is
 * none. */
void sandbox_words(const struct config *config, const struct sandbox *sandbox, struct words *out);
