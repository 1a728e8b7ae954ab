/* bwrap(1) and prlimit(1): programs of Debian in place of own code around namespaces. Works as an
 * ordinary user, with no new privileges, and as root. */
#include "runner/sandbox.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "runner/halt.h"
#include "runner/process.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"

#define SANDBOX_TRY_NS (10 * 1000000000LL)

enum {
	SANDBOX_MEMORY_LEAST_MB = 8192, /* addresses, not pages: linking a kernel with debug
					   information takes 3 GB of them */
	SANDBOX_CPU_LEAST_S = 10,
	SANDBOX_TASKS_LEAST = 8192, /* of all of this user's processes: what a build may have,
				       bounds.h says */
};

/* What programs need of the system. /etc has more than that to tell. Sorted. */
static const char *const sandbox_system[] = {
	"/bin",
	"/etc/alternatives",
	"/etc/group",
	"/etc/ld.so.cache",
	"/etc/ld.so.conf",
	"/etc/ld.so.conf.d",
	"/etc/passwd",
	"/lib",
	"/lib32",
	"/lib64",
	"/libx32",
	"/sbin",
	"/usr",
};

/* A namespace of each kind, and none within them. */
static const char sandbox_spaces[] =
	"bwrap --die-with-parent --unshare-user --disable-userns --unshare-ipc --unshare-pid "
	"--unshare-net --unshare-uts --unshare-cgroup-try --cap-drop ALL --hostname faultline";

/* /dev and / are file systems in memory that would take half of it: only /tmp and /dev/shm can be
 * written, 1 GiB and 64 MiB. The terminal is nobody's; /proc belongs to the host's root when that
 * runs us. */
static const char sandbox_mounts[] =
	"--proc /proc --remount-ro /proc --dev /dev --dev-bind /dev/null /dev/tty --size 67108864 "
	"--tmpfs /dev/shm --remount-ro /dev --size 1073741824 --tmpfs /tmp";

/* Where keys, proxies and the runner's own folders are is nothing for builds. */
static const char sandbox_environment[] =
	"--setenv HOME /tmp --setenv TMPDIR /tmp --unsetenv SSH_AUTH_SOCK --unsetenv all_proxy "
	"--unsetenv http_proxy --unsetenv https_proxy --unsetenv no_proxy";

/* Waits for make's own clearing up when told to end; then looks for what else still runs. */
static const char sandbox_watch[] =
	"trap : TERM; \"$@\"; status=$?; for p in /proc/[0-9]*; do case $p in /proc/1|/proc/$$) ;; "
	"*) read -r stat <\"$p/stat\" && case $stat in *') Z '*) ;; *) echo \"the build left a "
	"process running, which was ended: ${stat%%)*})\" ;; esac ;; esac; done 2>/dev/null; "
	"exit $status";

static void sandbox_bind(struct words *out, const char *how, const char *path)
{
	words_add(out, how);
	words_add(out, path);
	words_add(out, path);
}

/* --build-reads: folders with a colon between them. */
static void sandbox_more(const struct config *config, struct words *out)
{
	_free_ char *all = alloc_copy(config->build_reads != NULL ? config->build_reads : "");
	char *rest = all;
	for (char *path = strsep(&rest, ":"); path != NULL; path = strsep(&rest, ":")) {
		if (path[0] == '/') {
			sandbox_bind(out, "--ro-bind-try", path);
		}
	}
}

static void sandbox_paths(const struct config *config, const struct sandbox *box, struct words *out)
{
	for (size_t i = 0; i < sizeof(sandbox_system) / sizeof(sandbox_system[0]); i++) {
		sandbox_bind(out, "--ro-bind-try", sandbox_system[i]);
	}
	words_split(out, sandbox_mounts);
	sandbox_more(config, out);
	for (size_t i = 0; i < SANDBOX_PATHS && box->reads[i] != NULL; i++) {
		sandbox_bind(out, "--ro-bind-try", box->reads[i]);
	}
	for (size_t i = 0; i < SANDBOX_PATHS && box->writes[i] != NULL; i++) {
		sandbox_bind(out, "--bind-try", box->writes[i]);
	}
	words_split(out, "--remount-ro /");
	if (box->folder != NULL) {
		words_add(out, "--chdir");
		words_add(out, box->folder);
	}
}

static int64_t sandbox_memory_mb(const struct config *config)
{
	const int64_t here_mb = (sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE)) >> 20;
	return config->limit_memory_mb > 0         ? config->limit_memory_mb
	       : here_mb > SANDBOX_MEMORY_LEAST_MB ? here_mb
						   : SANDBOX_MEMORY_LEAST_MB;
}

/* prlimit may lower what the runner itself was given, not raise it. */
static void sandbox_limit(struct words *out, const char *name, int resource, int64_t value)
{
	struct rlimit ours = {.rlim_max = RLIM_INFINITY};
	getrlimit((__rlimit_resource_t)resource, &ours);
	const bool is_less = ours.rlim_max != RLIM_INFINITY && ours.rlim_max < (rlim_t)value;
	words_format(out, "--%s=%lld", name, is_less ? (long long)ours.rlim_max : (long long)value);
}

/* Limits of each process: bwrap sets none, and has them not for itself. Those of all together are
 * bounds.h's. */
static void sandbox_limits(
	const struct config *config, const struct sandbox *box, struct words *out)
{
	const int64_t left_s = (box->until_ns - number_monotonic_ns()) / 1000000000;
	const int64_t cpu_s =
		(left_s > SANDBOX_CPU_LEAST_S ? left_s : SANDBOX_CPU_LEAST_S) * config->jobs;
	const int64_t tasks = config->bounds.limits.tasks;
	words_split(out, "-- prlimit --core=0");
	sandbox_limit(out, "nproc", RLIMIT_NPROC,
		tasks > SANDBOX_TASKS_LEAST ? tasks : SANDBOX_TASKS_LEAST);
	sandbox_limit(out, "as", RLIMIT_AS, sandbox_memory_mb(config) << 20);
	sandbox_limit(out, "cpu", RLIMIT_CPU, cpu_s);
	sandbox_limit(out, "fsize", RLIMIT_FSIZE, config->limit_build_mb << 20);
}

void sandbox_words(const struct config *config, const struct sandbox *box, struct words *out)
{
	if (!config->is_sandboxed) {
		return;
	}
	words_split(out, sandbox_spaces);
	words_split(out, sandbox_environment);
	sandbox_paths(config, box, out);
	sandbox_limits(config, box, out);
	if (box->is_watched) {
		words_split(out, "sh -c");
		words_add(out, sandbox_watch);
		words_add(out, "sandbox");
	}
}

bool sandbox_takes_patches(const struct config *config)
{
	return config->is_sandboxed || strcmp(config->sandbox, "never") == 0;
}

void sandbox_settle(struct config *config, const struct halt *halt)
{
	config->is_sandboxed = strcmp(config->sandbox, "auto") == 0;
	if (!config->is_sandboxed) {
		log_warning("builds are not confined (--sandbox never), those of posted patches "
			    "neither");
		return;
	}
	const int64_t until_ns = number_monotonic_ns() + SANDBOX_TRY_NS;
	const struct sandbox box = {.until_ns = until_ns};
	_words_ struct words argv = {0};
	_free_ char *said = NULL;
	int status = 0;
	sandbox_words(config, &box, &argv);
	words_add(&argv, "true");
	const struct process_spec spec = {.argv = words_argv(&argv)};
	const int r = process_capture(&spec, halt, until_ns, 1, &status, &said);
	config->is_sandboxed = r == 0 && status == 0;
	if (!config->is_sandboxed) {
		log_warning("bubblewrap does not work here (%.*s): builds are not confined, and "
			    "jobs with posted patches are refused unless --sandbox is never",
			r == 0 ? (int)strcspn(said, "\n") : 300, r == 0 ? said : log_last());
	}
}
