/* make in a kernel's worktree: the same compiler, cache and fixed build names for every call,
 * output into the build stream, progress counted while it runs. */
#pragma once

#include "runner/attempt.h"
#include "runner/words.h"

struct make {
	struct attempt *attempt;
	int64_t until_ns;
	char *out; /* folder of outputs, within the worktree: kbuild then uses relative paths, and
		      ccache hits */
	int64_t files_expected; /* for progress; < 0: unknown */
	int64_t files;          /* steps of kbuild printed by the last call */
	int64_t free_bytes;     /* on the disk when last looked at, less than which it may grow */
	int64_t log_from;       /* where in the build stream the last call's output begins */
};

enum { MAKE_FAILED = 3 };

void make_init(struct make *make, struct attempt *attempt, int64_t until_ns);
void make_fini(struct make *make);

/* Runs make with the targets and variables in `words`. 0; MAKE_FAILED; ATTEMPT_ENDED; or a fault.
 */
int make_run(struct make *make, const char *words);

/* Runs another program of the tree the same way. Only OUT can be written to, so one that makes
 * files where it works is run there. */
int make_run_program(struct make *make, const char *folder, const struct words *argv);

/* What the last call printed, its last MAKE_LOG_MAX bytes; the caller's. */
enum { MAKE_LOG_MAX = 512 * 1024 };
char *make_log(const struct make *make, size_t *size);
