/* The step `build`: config, make, and the result into the store. A failure of the compiler is a
 * result of the kernel, shown with its lines; a failure of the machine (no room, a killed compiler)
 * is not. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/build_errors.h"
#include "runner/disk.h"
#include "runner/kconfig.h"
#include "runner/kernel.h"
#include "runner/make.h"
#include "runner/output.h"
#include "runner/quiet.h"
#include "runner/steps.h"
#include "runner/vmlinux.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/number.h"

enum { BUILD_ROOM_LEFT_MB = 64 }; /* less than this after a failure: the disk is full */

static int build_failed(struct make *m)
{
	struct attempt *a = m->attempt;
	size_t size = 0;
	_free_ char *log = make_log(m, &size);
	_free_ char *errors = build_errors(log, size);
	if (disk_need(a->config->state, BUILD_ROOM_LEFT_MB) < 0 ||
		strstr(errors, "No space left on device") != NULL) {
		return attempt_end(a, RESULT_FAULT, "no room left for the build in '%s':\n%s",
			a->config->state, errors);
	}
	if (strstr(errors, "Killed signal terminated program") != NULL) {
		return attempt_end(a, RESULT_FAULT,
			"the compiler was killed, probably for want of memory:\n%s", errors);
	}
	return attempt_end(a, RESULT_NO_BUILD, "%s", errors);
}

static char *build_release(const struct make *m)
{
	_free_ char *path = alloc_format("%s/include/config/kernel.release", m->out);
	char *release = NULL;
	if (output_read(m->attempt, path, 256, &release) != 0) {
		return alloc_copy("unknown");
	}
	release[strcspn(release, "\n")] = '\0';
	return release;
}

/* What the source itself has in the place of its outputs: a link there would open another folder of
 * this machine for the build to write. A patch's own goes, since its outputs begin with nothing. */
static int build_place(struct make *m)
{
	struct stat st;
	if (attempt_is_patched(m->attempt)) {
		return file_remove_tree(m->out);
	}
	if (lstat(m->out, &st) == 0 && !S_ISDIR(st.st_mode)) {
		return attempt_end(m->attempt, RESULT_NO_BUILD,
			"the source has a file '%s', which is where its outputs go",
			strrchr(m->out, '/') + 1);
	}
	return 0;
}

/* A mark in the output folder stands while make writes there. One that is found was left by a
 * runner that was killed: an object may be half written, and make would take it for a whole one. */
static int build_begin(struct make *m)
{
	_free_ char *mark = alloc_format("%s/.faultline-busy", m->out);
	int r = build_place(m);
	if (r == 0 && access(mark, F_OK) == 0) {
		attempt_say(m->attempt, "the last build here was cut off: building anew");
		r = file_remove_tree(m->out);
	}
	r = r != 0 ? r : file_mkdirs(m->out, 0755);
	return r != 0 ? r : file_write(mark, "", 0);
}

static void build_done(struct make *m)
{
	_free_ char *mark = alloc_format("%s/.faultline-busy", m->out);
	unlink(mark);
}

static int build_target(struct make *m, const char *target)
{
	const int r = kconfig_make(m);
	if (r != 0) {
		return r;
	}
	_free_ char *words = alloc_format("-j%lld %s", (long long)m->attempt->config->jobs, target);
	return make_run(m, words);
}

/* Config and make. 0, ATTEMPT_ENDED or a fault. */
static int build_make(struct make *m, const char *target)
{
	struct attempt *a = m->attempt;
	int r = quiet_enter(a, QUIET_BUILD, &m->until_ns);
	if (r != 0) {
		return r;
	}
	r = build_begin(m);
	if (r == 0) {
		r = build_target(m, target);
		build_done(m);
	}
	quiet_leave(a);
	if (r != 0) {
		return r == MAKE_FAILED ? build_failed(m) : r;
	}
	a->build_seconds = (double)(number_monotonic_ns() - a->step_begun_ns) / 1e9;
	a->build_release = build_release(m);
	return 0;
}

static int build_image(struct make *m)
{
	struct attempt *a = m->attempt;
	_free_ char *image = alloc_format("%s/%s", m->out, a->arch->image_path);
	_free_ char *config = alloc_format("%s/.config", m->out);
	_free_ char *vmlinux = alloc_format("%s/vmlinux", m->out);
	m->files_expected = access(image, R_OK) < 0 ? a->arch->build_files : -1;
	const int r = build_make(m, a->arch->image_target);
	if (r != 0) {
		return r;
	}
	a->build_id = vmlinux_build_id(a, vmlinux, m->until_ns);
	return kernel_keep(a, image, config);
}

int build_run(struct attempt *a, int64_t until_ns)
{
	if (a->is_built_from_cache) {
		return 0;
	}
	int r = disk_need(a->config->state, a->config->limit_disk_mb);
	if (r == 0) {
		struct make make;
		make_init(&make, a, until_ns);
		r = build_image(&make);
		make_fini(&make);
	}
	return r;
}

int build_vmlinux(struct attempt *a, const char *path, int64_t until_ns)
{
	int r = disk_need(a->config->state, a->config->limit_disk_mb);
	if (r == 0) {
		struct make make;
		make_init(&make, a, until_ns);
		_free_ char *vmlinux = alloc_format("%s/vmlinux", make.out);
		r = build_make(&make, "vmlinux");
		r = r != 0 ? r : vmlinux_keep(a, vmlinux, path);
		make_fini(&make);
	}
	return r;
}
