/* fork, exec, pidfd. Between fork and exec only async-signal-safe calls, since the courier is a
 * thread. */
#include "runner/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"

enum { PROCESS_ENV_MAX = 64, PROCESS_POLITE_NS = 2000000000 };

/* All that a child gets of our environment; the token is not among it. Sorted. */
static const char *const process_env_kept[] = {
	PROCESS_MARK_START,
	PROCESS_MARK_STATE,
	"HOME",
	"LOGNAME",
	"PATH",
	"SSH_AUTH_SOCK",
	"TMPDIR",
	"USER",
	"all_proxy",
	"http_proxy",
	"https_proxy",
	"no_proxy",
};

static void process_environment(const struct process_spec *spec, char *env[PROCESS_ENV_MAX])
{
	size_t n = 0;
	env[n++] = alloc_copy("LC_ALL=C");
	for (size_t i = 0; i < sizeof(process_env_kept) / sizeof(process_env_kept[0]); i++) {
		const char *value = getenv(process_env_kept[i]);
		if (value != NULL) {
			env[n++] = alloc_format("%s=%s", process_env_kept[i], value);
		}
	}
	for (const char *const *e = spec->env; e != NULL && *e != NULL && n + 1 < PROCESS_ENV_MAX;
		e++) {
		env[n++] = alloc_copy(*e);
	}
	env[n] = NULL;
}

static int process_place_fd(int fd, int place, int null_fd)
{
	return dup2(fd > 0 ? fd : null_fd, place);
}

/* The child's side. Answers only when something fails, with errno set. */
static void process_become(const struct process_spec *spec, const struct cgroup *cgroup,
	char *const *env, pid_t parent)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, spec->death_signal != 0 ? spec->death_signal : SIGTERM);
	if (getppid() != parent) {
		_exit(127);
	}
	if (cgroup_enter(cgroup) < 0) {
		return;
	}
	const int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	const int extra_fd = spec->extra_fd > 0 ? fcntl(spec->extra_fd, F_DUPFD_CLOEXEC, 10) : -1;
	if (null_fd < 0 || process_place_fd(0, STDIN_FILENO, null_fd) < 0 ||
		process_place_fd(spec->output_fd, STDOUT_FILENO, null_fd) < 0 ||
		process_place_fd(spec->error_fd, STDERR_FILENO, null_fd) < 0) {
		return;
	}
	close_range(PROCESS_EXTRA_FD, ~0U, CLOSE_RANGE_CLOEXEC);
	if ((extra_fd >= 0 && dup2(extra_fd, PROCESS_EXTRA_FD) < 0) ||
		(spec->folder != NULL && chdir(spec->folder) < 0)) {
		return;
	}
	if (spec->nice != 0) {
		const int ignored = nice(spec->nice);
		(void)ignored;
	}
	execvpe(spec->argv[0], (char *const *)spec->argv, env);
}

/* Forks; the pipe closes at exec, or brings errno. 0 or errno as a negative number. */
static int process_fork(
	const struct process_spec *spec, const struct cgroup *cgroup, char *const *env, pid_t *pid)
{
	int pipe_fds[2];
	if (pipe2(pipe_fds, O_CLOEXEC) < 0) {
		return -errno;
	}
	_fd_ int reader = pipe_fds[0];
	_fd_ int writer = fcntl(pipe_fds[1], F_DUPFD_CLOEXEC, 64);
	close(pipe_fds[1]);
	const pid_t parent = getpid();
	*pid = fork();
	if (*pid < 0) {
		return -errno;
	}
	if (*pid == 0) {
		process_become(spec, cgroup, env, parent);
		const int error = errno;
		const ssize_t ignored = write(writer, &error, sizeof(error));
		(void)ignored;
		_exit(127);
	}
	close(writer);
	writer = -1;
	int error = 0;
	if (read(reader, &error, sizeof(error)) == sizeof(error)) {
		waitpid(*pid, NULL, 0);
		return -error;
	}
	return 0;
}

int process_start(const struct process_spec *spec, struct process *out)
{
	*out = (struct process){0};
	const int r = bounded_begin(spec->bounds, &out->bounded);
	if (r < 0) {
		bounded_end(&out->bounded);
		return r;
	}
	char *env[PROCESS_ENV_MAX];
	process_environment(spec, env);
	pid_t pid = 0;
	const int error = process_fork(spec, &out->bounded.cgroup, env, &pid);
	for (char **e = env; *e != NULL; e++) {
		free(*e);
	}
	if (error < 0) {
		bounded_end(&out->bounded);
		errno = -error;
		return log_errno("cannot run '%s'", spec->argv[0]);
	}
	out->pid = pid;
	out->is_boxed = spec->is_boxed;
	out->fd = pidfd_open(pid, 0);
	if (out->fd < 0) {
		const int fault = log_errno("cannot watch '%s'", spec->argv[0]);
		kill(-pid, SIGKILL);
		waitpid(pid, NULL, 0);
		bounded_end(&out->bounded);
		out->pid = 0;
		return fault;
	}
	return 0;
}

/* The leader has ended: while it is a zombie its group's number cannot be another's, so the rest
 * dies first. */
static int process_reap(struct process *process)
{
	siginfo_t info = {0};
	waitid(P_PIDFD, (id_t)process->fd, &info, WEXITED | WNOWAIT);
	kill(-process->pid, SIGKILL);
	waitid(P_PIDFD, (id_t)process->fd, &info, WEXITED);
	close(process->fd);
	bounded_end(&process->bounded);
	*process = (struct process){0};
	return info.si_code == CLD_EXITED ? info.si_status : PROCESS_SIGNALLED + info.si_status;
}

static int process_poll_ms(int64_t until_ns)
{
	const int64_t left_ms = (until_ns - number_monotonic_ns() + 999999) / 1000000;
	return left_ms < 0 ? 0 : left_ms > 3600000 ? 3600000 : (int)left_ms;
}

static int64_t process_next_ns(const struct process *process, int64_t until_ns)
{
	const struct bounded *b = &process->bounded;
	return b->bounds != NULL && b->look_ns < until_ns ? b->look_ns : until_ns;
}

static int process_outcome(enum bound passed)
{
	return passed == BOUND_MEMORY ? PROCESS_MEMORY : passed == BOUND_TASKS ? PROCESS_TASKS : 0;
}

/* One that ends well has not missed what it was refused. */
static int process_ended(struct process *process, int *status)
{
	const enum bound passed = bounded_passed(&process->bounded, 0);
	*status = process_reap(process);
	return *status != 0 ? process_outcome(passed) : 0;
}

/* Ends it if it has passed its bounds; looks now and then only. */
static int process_look(struct process *process)
{
	struct bounded *b = &process->bounded;
	const int64_t now_ns = number_monotonic_ns();
	if (b->bounds == NULL || now_ns < b->look_ns) {
		return 0;
	}
	b->look_ns = now_ns + BOUNDS_LOOK_MS * 1000000LL;
	const int outcome = process_outcome(bounded_passed(b, process->pid));
	if (outcome != 0) {
		bounded_kill(b, process->pid);
		process_kill(process);
	}
	return outcome;
}

int process_wait(struct process *process, const struct halt *halt, int64_t until_ns, int *status)
{
	for (;;) {
		struct pollfd fds[2] = {{.fd = process->fd, .events = POLLIN},
			{.fd = halt != NULL ? halt->fd : -1, .events = POLLIN}};
		const int poll_ms = process_poll_ms(process_next_ns(process, until_ns));
		halt_pass(halt);
		const int n = poll(fds, 2, halt_slice_ms(halt, poll_ms));
		if (n < 0 && errno != EINTR) {
			return log_errno("cannot wait for a process");
		}
		if (n > 0 && fds[0].revents != 0) {
			return process_ended(process, status);
		}
		if (n > 0 && fds[1].revents != 0) {
			return PROCESS_HALTED;
		}
		const int outcome = process_look(process);
		if (outcome != 0) {
			return outcome;
		}
		if (number_monotonic_ns() >= until_ns) {
			return PROCESS_RUNNING;
		}
	}
}

const char *process_passed(int outcome)
{
	return outcome == PROCESS_MEMORY  ? "more memory together than its processes may have"
	       : outcome == PROCESS_TASKS ? "more processes at once than it may have"
					  : NULL;
}

void process_kill(struct process *process)
{
	if (process->pid > 0) {
		kill(-process->pid, SIGKILL);
		process_reap(process);
	}
}

/* SIGTERM for the group of `leader`, but not for itself. */
static void process_tell_boxed(pid_t leader)
{
	DIR *folder = opendir("/proc");
	for (struct dirent *e = folder != NULL ? readdir(folder) : NULL; e != NULL;
		e = readdir(folder)) {
		int64_t pid;
		if (number_parse(e->d_name, 2, INT32_MAX, &pid) == 0 && pid != leader &&
			getpgid((pid_t)pid) == leader) {
			kill((pid_t)pid, SIGTERM);
		}
	}
	if (folder != NULL) {
		closedir(folder);
	}
}

void process_end(struct process *process)
{
	if (process->pid > 0) {
		int status;
		if (process->is_boxed) {
			process_tell_boxed(process->pid);
		} else {
			kill(-process->pid, SIGTERM);
		}
		if (process_wait(process, NULL, number_monotonic_ns() + PROCESS_POLITE_NS,
			    &status) != 0) {
			process_kill(process);
		}
	}
}

int process_run(
	const struct process_spec *spec, const struct halt *halt, int64_t until_ns, int *status)
{
	struct process process;
	int r = process_start(spec, &process);
	if (r < 0) {
		return r;
	}
	r = process_wait(&process, halt, until_ns, status);
	process_end(&process);
	return r == PROCESS_RUNNING ? PROCESS_LATE : r;
}

/* What a memfd holds, cut at PROCESS_OUTPUT_MAX. */
static char *process_output(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	size = size < 0 ? 0 : size > PROCESS_OUTPUT_MAX ? PROCESS_OUTPUT_MAX : size;
	char *text = alloc_zero((size_t)size + 1, 1);
	const ssize_t n = pread(fd, text, (size_t)size, 0);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

int process_capture(const struct process_spec *spec, const struct halt *halt, int64_t until_ns,
	int is_both, int *status, char **out)
{
	_fd_ int fd = memfd_create("output", MFD_CLOEXEC);
	if (fd < 0) {
		return log_errno("cannot make a memory file");
	}
	struct process_spec mine = *spec;
	mine.output_fd = fd;
	mine.error_fd = is_both ? fd : spec->error_fd;
	const int r = process_run(&mine, halt, until_ns, status);
	*out = process_output(fd);
	return r;
}

/* Whether process `pid` carries our mark in the environment it was started with. */
static bool process_is_marked(const char *pid, const char *mark)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%.20s/environ", pid);
	_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	char env[32768];
	const ssize_t n = read(fd, env, sizeof(env) - 1);
	env[n < 0 ? 0 : n] = '\0';
	for (ssize_t at = 0; at < n; at += (ssize_t)strlen(env + at) + 1) {
		if (strcmp(env + at, mark) == 0) {
			return true;
		}
	}
	return false;
}

int process_sweep(const char *mark, const char *value)
{
	_free_ char *marked = alloc_format("%s=%s", mark, value);
	DIR *folder = opendir("/proc");
	int found = 0;
	struct dirent *e = folder != NULL ? readdir(folder) : NULL;
	for (; e != NULL; e = readdir(folder)) {
		int64_t pid;
		if (number_parse(e->d_name, 2, INT32_MAX, &pid) == 0 && pid != getpid() &&
			process_is_marked(e->d_name, marked)) {
			log_warning("ending process %s, which outlived its runner", e->d_name);
			kill((pid_t)pid, SIGKILL);
			found++;
		}
	}
	if (folder != NULL) {
		closedir(folder);
	}
	return found;
}
