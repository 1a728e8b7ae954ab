/* THE table of steps: the one place that knows their order. */
#include "runner/job.h"

#include <stddef.h>

#include "runner/result.h"
#include "runner/steps.h"
#include "shared/cleanup.h"
#include "shared/log.h"

struct job_step {
	const char *name;
	int (*run[JOB_KINDS])(struct attempt *attempt, int64_t until_ns); /* NULL: left out */
	int64_t limit_s; /* 0: the profile's, in job_limit_s */
	/* It touches what the next holder of the job would touch, so it ends before its lease does.
	 * A folder, a compiler and an emulated guest are this runner's own, and so is the machine
	 * whose kernel runs: they go on while the server is away, since an hour of guest is dear
	 * and doing it twice harms nobody. */
	bool is_exclusive;
};

/* A commit is built and booted, a prebuilt kernel is booted, a running one is there. */
static const struct job_step job_steps[] = {
	{"checkout", {checkout_run, prebuilt_run, running_run}, 1800, false},
	{"build", {build_run, NULL, NULL}, 0, false},
	{"image", {image_run, image_run, image_disk_run}, 1800, false},
	{"boot", {boot_run, boot_run, boot_run}, 0, false},
	{"workload", {workload_run, workload_run, workload_run}, 0, false},
	{"collect", {collect_run, collect_run, collect_run}, 60, false},
};

enum { JOB_STEPS = sizeof(job_steps) / sizeof(job_steps[0]), JOB_COLLECT = JOB_STEPS - 1 };

static int64_t job_limit_s(const struct attempt *a, const struct job_step *step)
{
	if (step->limit_s > 0) {
		return step->limit_s;
	}
	if (step->run[JOB_GIT] == build_run) {
		return a->job.profile.build_limit_s;
	}
	return step->run[JOB_GIT] == boot_run ? a->job.profile.boot_limit_s
					      : a->job.profile.attempt_limit_s;
}

static int job_step_run(struct attempt *a, const struct job_step *step)
{
	int (*const run)(struct attempt *, int64_t) = step->run[job_kind(&a->job)];
	if (run == NULL) {
		return 0;
	}
	attempt_step_begin(a, step->name);
	courier_exclusive(a->courier, step->is_exclusive);
	int r = run(a, attempt_until(a, job_limit_s(a, step)));
	if (r < 0) {
		r = attempt_end(a, RESULT_FAULT, "%s", log_last());
	}
	attempt_step_end(a);
	return r;
}

void job_run(struct attempt *a)
{
	int r = a->result != RESULT_NONE ? ATTEMPT_ENDED : 0;
	for (int i = 0; r == 0 && i < JOB_COLLECT; i++) {
		r = job_step_run(a, &job_steps[i]);
		if (r == 0 && halt_reason(a->halt) != HALT_NONE) {
			r = attempt_halted(a);
		}
	}
	boot_stop(a);
	const char *ended_at = a->step;
	if (a->job.tree.kind != NULL) {
		job_step_run(a, &job_steps[JOB_COLLECT]);
	}
	a->step = ended_at;
	_json_ json_t *result = result_json(a);
	spool_write(&a->spool, "result.json", result);
	log_info("%s%s%s", attempt_result_name(a->result), a->detail != NULL ? ": " : "",
		a->detail != NULL ? a->detail : "");
}
