/* One execution of a job: what was asked, what the steps made so far, and how it ended. */
#pragma once

#include <stdbool.h>

#include "runner/api.h"
#include "runner/arch.h"
#include "runner/config.h"
#include "runner/courier.h"
#include "runner/halt.h"
#include "runner/job_text.h"
#include "runner/self.h"
#include "runner/spool.h"
#include "runner/workload.h"

struct vm;

enum attempt_result {
	RESULT_NONE,
	RESULT_CANCELLED,
	RESULT_CLEAN,
	RESULT_CRASH,
	RESULT_FAULT,
	RESULT_HANG,
	RESULT_INTERRUPTED,
	RESULT_NO_APPLY,
	RESULT_NO_BOOT,
	RESULT_NO_BUILD,
	RESULT_NO_COMMIT,
	RESULT_WORKLOAD_ERROR,
};

enum { ATTEMPT_ENDED = 1 };
enum { ATTEMPT_DETAIL_MAX = 60000 };

struct attempt {
	const struct config *config;
	struct api *api;
	struct halt *halt;
	struct courier *courier;
	struct spool spool;
	struct job job;
	const struct arch *arch;
	struct workload workload;
	int64_t id;
	int64_t until_ns; /* CLOCK_MONOTONIC: the attempt's own limit */
	int quiet_fd;     /* what quiet_enter holds; 0: nothing */

	enum attempt_result result;
	char *detail;     /* for people; NULL: nothing to say */
	const char *step; /* now, or the one that ended it */
	int64_t step_begun_ns;
	json_t *steps;     /* [{"name","started_at","seconds"}] */
	json_t *artifacts; /* [{"name","sha256"}] */

	/* checkout, build */
	char *worktree;   /* NULL: the kernel was kept from before, or came ready */
	char *mirror;     /* what the worktree's git folder lies in */
	char *kernel_key; /* sha256 over all that goes into the kernel */
	char *build_release;
	char *build_id;       /* NULL: unknown */
	bool is_debug_build;  /* not to be booted: for what addr2line can say of it */
	double build_seconds; /* < 0: nothing was built */
	bool is_built_from_cache;
	const char *built; /* "native" or "cross"; NULL: it came ready */
	/* image, boot, workload */
	const char *accel; /* NULL: not booted, and not running already */
	char *recipe;      /* shell lines that make the disk */
	char *root_image;  /* where the workload's root is kept; NULL: it has none */
	char *qemu_shell;  /* shell line that boots the same; set once QEMU was started */
	struct vm *vm;
	char release[128];
	int64_t page_size;
	int64_t work_done;               /* in the workload's unit; < 0: unknown */
	char ended_by[16];               /* as in struct samples */
	double load_before, load_during; /* < 0: unknown */
	char boot_id[SELF_BOOT_ID]; /* of this machine, whose own kernel is stressed; else "" */
};

/* `doc` is the job from the server. 0, or a fault with the attempt's result set. attempt_fini in
 * any case. */
int attempt_init(struct attempt *attempt, json_t *doc);
void attempt_fini(struct attempt *attempt);

/* The kernel holds patches that somebody posted: nothing its build leaves may reach another's. */
bool attempt_is_patched(const struct attempt *attempt);

/* Says how the attempt ends; the first one to speak is right. Answers ATTEMPT_ENDED. */
int attempt_end(struct attempt *attempt, enum attempt_result result, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same from the halt's reason. */
int attempt_halted(struct attempt *attempt);

/* The end of a step that may take `limit_s`, but not longer than the attempt may. */
int64_t attempt_until(const struct attempt *attempt, int64_t limit_s);

/* A line for people in the build log. */
void attempt_say(struct attempt *attempt, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Records that spool file `name` is an artifact with this content. */
void attempt_artifact(struct attempt *attempt, const char *name, const char *sha256);

/* As the server writes it. */
const char *attempt_result_name(enum attempt_result result);

/* Steps begun and done; both keep attempt.json and tell the courier. */
void attempt_step_begin(struct attempt *attempt, const char *name);
void attempt_step_end(struct attempt *attempt);

/* The present time as RFC 3339. */
enum { ATTEMPT_TIME_MAX = 40 };
void attempt_time(char text[ATTEMPT_TIME_MAX]);
