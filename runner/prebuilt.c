/* The step `checkout` of a kernel that came ready: image and modules are fetched once, by hash. */
#include "runner/fetch.h"
#include "runner/steps.h"
#include "runner/store.h"
#include "shared/cleanup.h"
#include "shared/log.h"

int prebuilt_run(struct attempt *a, int64_t until_ns)
{
	(void)until_ns;
	const char *image = a->job.revision.image_sha256;
	int r = fetch_blob(a, "prebuilt image", image, a->job.revision.image_url);
	if (r == 0 && a->job.revision.modules_sha256 != NULL) {
		r = fetch_blob(a, "prebuilt modules", a->job.revision.modules_sha256,
			a->job.revision.modules_url);
	}
	if (r != 0) {
		return r;
	}
	_free_ char *path = spool_path(&a->spool, "image");
	r = store_link(a->config->state, image, path);
	if (r == 0) {
		attempt_artifact(a, "image", image);
	}
	return r == 0 ? 0 : log_fault("the prebuilt image is gone");
}
