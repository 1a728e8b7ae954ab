/* Profile and workload in, words out. */
#include "runner/orders.h"

#include "shared/cleanup.h"

int orders_words(const struct attempt *a, const char *program, struct words *out)
{
	_free_ char *arguments = NULL;
	const int r = workload_arguments(&a->workload, a->job.profile.workload_args, &arguments);
	if (r < 0) {
		return r;
	}
	words_format(out, "fs=%s", a->job.profile.fs);
	if (a->job.profile.mount_options[0] != '\0') {
		words_format(out, "mount=%s", a->job.profile.mount_options);
	}
	words_format(out, "workload=%s", a->job.profile.workload);
	words_format(out, "program=%s", program);
	words_format(out, "progress=%s", a->workload.manifest.progress);
	words_format(out, "seconds=%lld", (long long)a->job.profile.duration_s);
	if (a->job.profile.migrations > 0) {
		words_format(out, "migrations=%lld", (long long)a->job.profile.migrations);
	}
	if (a->workload.manifest.packages != NULL) {
		words_add(out, "root=1");
	}
	if (arguments[0] != '\0') {
		words_format(out, "args=%s", arguments);
	}
	return 0;
}
