/* Book-keeping of one attempt; what is done in it stands in job.c. */
#include "runner/attempt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/cut.h"
#include "shared/log.h"
#include "shared/number.h"
#include "shared/url.h"

static const char *const attempt_result_names[] = {
	[RESULT_NONE] = "fault",
	[RESULT_CANCELLED] = "cancelled",
	[RESULT_CLEAN] = "clean",
	[RESULT_CRASH] = "crash",
	[RESULT_FAULT] = "fault",
	[RESULT_HANG] = "hang",
	[RESULT_INTERRUPTED] = "interrupted",
	[RESULT_NO_APPLY] = "no_apply",
	[RESULT_NO_BOOT] = "no_boot",
	[RESULT_NO_BUILD] = "no_build",
	[RESULT_NO_COMMIT] = "no_commit",
	[RESULT_WORKLOAD_ERROR] = "workload_error",
};

const char *attempt_result_name(enum attempt_result result)
{
	return attempt_result_names[result];
}

/* What is not there is this machine's fault, and another may have it; what the profile asks for and
 * no workload of that name can do is the request's. */
static int attempt_init_workload(struct attempt *a)
{
	const char *name = a->job.profile.workload;
	const int r = workload_read(a->config, a->arch, name, &a->workload);
	if (r < 0) {
		return attempt_end(a, RESULT_FAULT, "%s", log_last());
	}
	if (r == WORKLOAD_UNKNOWN) {
		return attempt_end(
			a, RESULT_FAULT, "this machine does not hold the workload '%s'", name);
	}
	_free_ char *why = workload_refuse(&a->workload, &a->job);
	if (why != NULL) {
		return attempt_end(a, RESULT_WORKLOAD_ERROR, "%s", why);
	}
	return r == 0 ? 0
		      : attempt_end(a, RESULT_FAULT,
				"this machine does not hold the workload '%s' for %s: its program "
				"is missing: %s",
				name, a->arch->name, a->workload.manifest.program);
}

static int attempt_init_pages(struct attempt *a)
{
	const struct arch_pages *pages = arch_pages(a->arch, a->job.profile.page_size);
	if (pages == NULL) {
		return attempt_end(a, RESULT_FAULT, "%s has no kernels with pages of %lld bytes",
			a->arch->name, (long long)a->job.profile.page_size);
	}
	if (job_kind(&a->job) != JOB_RUNNING &&
		a->job.profile.memory_mb / a->job.profile.numa_nodes < pages->node_unit_mb) {
		return attempt_end(a, RESULT_FAULT,
			"with pages of %lld bytes a node of %s has at least %lld MiB",
			(long long)pages->size, a->arch->name, (long long)pages->node_unit_mb);
	}
	return 0;
}

int attempt_init(struct attempt *a, json_t *doc)
{
	char why[JOB_TEXT_WHY_MAX];
	a->steps = json_array();
	a->artifacts = json_array();
	a->build_seconds = a->load_before = a->load_during = -1;
	a->work_done = -1;
	if (job_text_read(doc, &a->job, why) < 0) {
		log_fault("the job is malformed: %s", why);
		return attempt_end(a, RESULT_FAULT, "the job is malformed: %s", why);
	}
	a->until_ns = number_monotonic_ns() + a->job.profile.attempt_limit_s * 1000000000;
	a->arch = arch_find(a->job.profile.arch);
	if (a->arch == NULL) {
		return attempt_end(a, RESULT_FAULT,
			"this runner does not know the architecture '%s'", a->job.profile.arch);
	}
	if ((job_kind(&a->job) == JOB_RUNNING) != (strcmp(a->config->backend, "self") == 0)) {
		return attempt_end(a, RESULT_FAULT,
			"this runner's --backend is %s: it cannot do a job of that kind",
			a->config->backend);
	}
	const int known = attempt_init_pages(a);
	return known != 0 ? known : attempt_init_workload(a);
}

void attempt_fini(struct attempt *a)
{
	job_fini(&a->job);
	workload_fini(&a->workload);
	spool_fini(&a->spool);
	json_decref(a->steps);
	json_decref(a->artifacts);
	free(a->detail);
	free(a->worktree);
	free(a->mirror);
	free(a->kernel_key);
	free(a->build_release);
	free(a->build_id);
	free(a->recipe);
	free(a->root_image);
	free(a->qemu_shell);
	*a = (struct attempt){0};
}

bool attempt_is_patched(const struct attempt *a)
{
	return json_array_size(a->job.revision.patches) > 0;
}

/* Everybody reads what an attempt says: the addresses it was given may hold passwords. */
static char *urls_hidden(const struct attempt *a, const char *text)
{
	const struct job *job = &a->job;
	_free_ char *tree = url_hidden(job->tree.url, text);
	_free_ char *image = url_hidden(job->revision.image_url, tree);
	return url_hidden(job->revision.modules_url, image);
}

int attempt_end(struct attempt *a, enum attempt_result result, const char *format, ...)
{
	if (a->result != RESULT_NONE) {
		return ATTEMPT_ENDED;
	}
	a->result = result;
	va_list args;
	va_start(args, format);
	_free_ char *detail = alloc_format_list(format, args);
	va_end(args);
	a->detail = urls_hidden(a, detail);
	a->detail[cut_size(a->detail, ATTEMPT_DETAIL_MAX)] = '\0';
	return ATTEMPT_ENDED;
}

int attempt_halted(struct attempt *a)
{
	switch (halt_reason(a->halt)) {
	case HALT_NONE:
		break;
	case HALT_CANCEL:
		return attempt_end(a, RESULT_CANCELLED, "cancelled");
	case HALT_LEASE:
		return attempt_end(a, RESULT_FAULT,
			"lease lost: the server gave the job to another, or could not be reached "
			"in time");
	case HALT_STOP:
		return attempt_end(a, RESULT_INTERRUPTED, "the runner was stopped");
	}
	return attempt_end(a, RESULT_FAULT, "stopped for no reason");
}

int64_t attempt_until(const struct attempt *a, int64_t limit_s)
{
	const int64_t until_ns = number_monotonic_ns() + limit_s * 1000000000;
	return until_ns < a->until_ns ? until_ns : a->until_ns;
}

void attempt_say(struct attempt *a, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	_free_ char *text = alloc_format_list(format, args);
	va_end(args);
	_free_ char *shown = urls_hidden(a, text);
	_free_ char *line = alloc_format("%s\n", shown);
	spool_append(&a->spool, "build", line);
}

void attempt_artifact(struct attempt *a, const char *name, const char *sha256)
{
	json_array_append_new(
		a->artifacts, json_pack("{s:s, s:s}", "name", name, "sha256", sha256));
	courier_artifact(a->courier, name, sha256);
}

void attempt_time(char text[ATTEMPT_TIME_MAX])
{
	struct timespec now;
	struct tm utc;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	const size_t n = strftime(text, ATTEMPT_TIME_MAX, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text + n, ATTEMPT_TIME_MAX - n, ".%03ldZ", now.tv_nsec / 1000000);
}

static void attempt_keep(struct attempt *a)
{
	_json_ json_t *doc = json_pack("{s:O, s:s}", "steps", a->steps, "step", a->step);
	if (a->boot_id[0] != '\0') { /* what would be known otherwise only while the machine runs */
		json_object_set_new(doc, "running",
			json_pack("{s:s, s:s, s:I, s:s}", "boot_id", a->boot_id, "release",
				a->release, "page_size", (json_int_t)a->page_size, "accel",
				a->accel));
	}
	spool_write(&a->spool, "attempt.json", doc);
	courier_step(a->courier, a->step, a->steps);
}

void attempt_step_begin(struct attempt *a, const char *name)
{
	char now[ATTEMPT_TIME_MAX];
	attempt_time(now);
	a->step = name;
	a->step_begun_ns = number_monotonic_ns();
	json_array_append_new(
		a->steps, json_pack("{s:s, s:s, s:n}", "name", name, "started_at", now, "seconds"));
	attempt_keep(a);
}

void attempt_step_end(struct attempt *a)
{
	json_t *step = json_array_get(a->steps, json_array_size(a->steps) - 1);
	const int64_t took_ns = number_monotonic_ns() - a->step_begun_ns;
	json_object_set_new(step, "seconds", json_real((double)took_ns / 1e9));
}
