/* Any bytes are a job: it is refused with a reason, or every word of it is fit for a path, an
 * argument or a kernel's command line. */
#include "runner/job_text.h"

#include "shared/cleanup.h"
#include "shared/fuzz.h"
#include "shared/name.h"

static void check_words(const struct job *job)
{
	const char *const parts[] = {job->tree.name, job->profile.arch, job->profile.config,
		job->profile.fs, job->profile.workload};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		fuzz_must(strchr(parts[i], '/') == NULL && parts[i][0] != '.' &&
				  parts[i][0] != '-' && parts[i][0] != '\0',
			"a name is one part of a path and no option");
	}
	const char *const lines[] = {job->profile.cmdline, job->profile.mount_options,
		job->profile.mkfs_options, job->tree.url};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		fuzz_must(lines[i] == NULL || strpbrk(lines[i], "\r\n") == NULL, "no line breaks");
	}
	fuzz_must(job->revision.commit == NULL || name_is_commit(job->revision.commit),
		"a commit is a hash");
	fuzz_must(strstr(job->profile.mkfs_options, "/") == NULL, "mkfs is given no path");
	fuzz_must(job->profile.cpus > 0 && job->profile.memory_mb > 0, "numbers within limits");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	_json_ json_t *doc = json_loadb((const char *)bytes, size, 0, NULL);
	if (doc == NULL) {
		return 0;
	}
	struct job job;
	char why[JOB_TEXT_WHY_MAX] = "";
	if (job_text_read(doc, &job, why) == 0) {
		check_words(&job);
	} else {
		fuzz_must(why[0] != '\0', "what is refused says why");
	}
	job_fini(&job);
	return 0;
}
