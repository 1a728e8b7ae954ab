/* The one place that runs the git program. */
#include "work/git.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "store/utf8.h"

/* How long git may take to end when told to, and how much of its complaints is for people. */
enum { TERM_LIMIT_MS = 3000, SAID_BYTES = 2048 };
enum { INPUT_FD = 0, OUTPUT_FD = 1, SAID_FD = 2, ARGUMENTS_MAX = 64 };

/* An operator who names a folder as a tree's URL means it, whoever owns it. */
static const char settings[] = "[safe]\n\tdirectory = *\n";

/* Before any argument of ours: protocols that fetch and run nothing, and no upkeep by itself, which
 * would go on behind our back. */
static const char *const common[] = {"git", "-c", "protocol.allow=never", "-c",
	"protocol.file.allow=always", "-c", "protocol.git.allow=always", "-c",
	"protocol.http.allow=always", "-c", "protocol.https.allow=always", "-c",
	"protocol.ssh.allow=always", "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c",
	"http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=60", "-c", "core.hooksPath=/dev/null",
	"-c", "fetch.fsckObjects=false"};
enum { COMMON = sizeof(common) / sizeof(common[0]) };

/* What git may see of our environment: where programs, keys, proxies and certificates are. */
static const char *const inherited[] = {"ALL_PROXY", "HOME", "HTTPS_PROXY", "HTTP_PROXY", "LOGNAME",
	"NO_PROXY", "PATH", "SSH_AUTH_SOCK", "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR", "USER",
	"all_proxy", "http_proxy", "https_proxy", "no_proxy"};
static const char *const added[] = {"GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
	"GIT_OPTIONAL_LOCKS=0", "GIT_ASKPASS=/bin/false", "LC_ALL=C",
	"GIT_SSH_COMMAND=ssh -oBatchMode=yes -oConnectTimeout=20"};
enum {
	INHERITED = sizeof(inherited) / sizeof(inherited[0]),
	ADDED = sizeof(added) / sizeof(added[0]),
};

static char *settings_path(const char *folder)
{
	return alloc_format("%s/gitconfig", folder);
}

int git_init(const char *folder)
{
	const int fault = file_mkdirs(folder, 0755);
	_free_ char *path = settings_path(folder);
	return fault < 0 ? fault : file_write(path, settings, sizeof(settings) - 1);
}

FILE *git_file(const char *folder)
{
	_free_ char *path = alloc_format("%s/unnamed.XXXXXX", folder);
	const int fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0) {
		log_errno("cannot make a file in '%s'", folder);
		return NULL;
	}
	unlink(path);
	return fdopen(fd, "w+");
}

/* Strings of the answer are owned; environment_free frees them. */
static char **environment_new(const char *folder)
{
	char **environment = alloc_zero(INHERITED + ADDED + 2, sizeof(*environment));
	size_t n = 0;
	for (size_t i = 0; i < INHERITED; i++) {
		const char *value = getenv(inherited[i]);
		if (value != NULL) {
			environment[n++] = alloc_format("%s=%s", inherited[i], value);
		}
	}
	for (size_t i = 0; i < ADDED; i++) {
		environment[n++] = alloc_copy(added[i]);
	}
	_free_ char *path = settings_path(folder);
	environment[n] = alloc_format("GIT_CONFIG_GLOBAL=%s", path);
	return environment;
}

static void environment_free(char **environment)
{
	for (char **e = environment; *e != NULL; e++) {
		free(*e);
	}
	free(environment);
}

/* A process group of its own: git has children, which must end with it. */
static int spawn(
	const struct git *git, char *const *argv, FILE *input, FILE *out, FILE *said, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	if (input == NULL) {
		posix_spawn_file_actions_addopen(&actions, INPUT_FD, "/dev/null", O_RDONLY, 0);
	} else {
		posix_spawn_file_actions_adddup2(&actions, fileno(input), INPUT_FD);
	}
	posix_spawn_file_actions_adddup2(&actions, fileno(out), OUTPUT_FD);
	posix_spawn_file_actions_adddup2(&actions, fileno(said), SAID_FD);
	if (git->lock_fd >= 0) {
		posix_spawn_file_actions_adddup2(&actions, git->lock_fd, git->lock_fd);
	}
	sigset_t none, standard;
	sigemptyset(&none);
	sigemptyset(&standard);
	sigaddset(&standard, SIGPIPE);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &standard);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes,
		POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	char **environment = environment_new(git->folder);
	const int error = posix_spawnp(pid, "git", &actions, &attributes, argv, environment);
	environment_free(environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	errno = error;
	return error == 0 ? 0 : log_errno("cannot run git");
}

static void end_by_force(pid_t pid, struct pollfd *ended)
{
	kill(-pid, SIGTERM);
	if (poll(ended, 1, TERM_LIMIT_MS) <= 0) {
		kill(-pid, SIGKILL);
	}
}

/* Waits for the end. 0: *status is how; GIT_STOPPED, GIT_SLOW or a fault: it has been ended. */
static int await(const struct git *git, pid_t pid, int limit_s, int *status)
{
	_fd_ int pidfd = pidfd_open(pid, 0);
	int result = 0;
	if (pidfd < 0) {
		result = log_errno("cannot watch git");
		kill(-pid, SIGKILL);
	} else {
		struct pollfd fds[] = {
			{.fd = pidfd, .events = POLLIN}, {.fd = git->stop_fd, .events = POLLIN}};
		const int n = poll(fds, 2, limit_s * 1000);
		if (n <= 0 || fds[0].revents == 0) {
			result = n > 0 ? GIT_STOPPED : GIT_SLOW;
			end_by_force(pid, fds);
		}
	}
	while (waitpid(pid, status, 0) < 0 && errno == EINTR) {
	}
	return result;
}

/* The end of what git wrote, from a line's beginning, without the hints that help only at a prompt.
 */
static char *said_read(FILE *said)
{
	fseek(said, 0, SEEK_END);
	const long size = ftell(said);
	fseek(said, size > SAID_BYTES ? size - SAID_BYTES : 0, SEEK_SET);
	_free_ char *line = NULL;
	size_t capacity = 0;
	char text[SAID_BYTES + 1] = "";
	size_t used = 0;
	for (ssize_t n = getline(&line, &capacity, said); n > 0;
		n = getline(&line, &capacity, said)) {
		const bool is_idle = strncmp(line, "hint:", 5) == 0 || line[0] == '\n';
		if (!is_idle && used + (size_t)n < sizeof(text)) {
			memcpy(text + used, line, (size_t)n);
			used += (size_t)n;
		}
	}
	while (used > 0 && text[used - 1] == '\n') {
		used--;
	}
	return utf8_clean(text, used, SAID_BYTES);
}

static void arguments_join(const char *const *arguments, const char **argv)
{
	memcpy(argv, common, sizeof(common));
	size_t n = COMMON;
	for (; *arguments != NULL && n < ARGUMENTS_MAX; arguments++) {
		argv[n++] = *arguments;
	}
	argv[n] = NULL;
}

int git_run(const struct git *git, const char *const *arguments, FILE *input, int limit_s,
	FILE **out, char **said)
{
	const char *argv[ARGUMENTS_MAX + 1];
	arguments_join(arguments, argv);
	_file_ FILE *output = git_file(git->folder);
	_file_ FILE *complaints = git_file(git->folder);
	if (output == NULL || complaints == NULL) {
		return -1;
	}
	if (input != NULL && (fflush(input) != 0 || lseek(fileno(input), 0, SEEK_SET) < 0)) {
		return log_errno("cannot write git's input");
	}
	pid_t pid = 0;
	int status = 0;
	int result = spawn(git, (char *const *)argv, input, output, complaints, &pid);
	if (result < 0) {
		*said = alloc_format("the git program cannot be run: %s", strerror(-result));
		return GIT_REFUSED;
	}
	result = await(git, pid, limit_s, &status);
	if (result == 0 && status != 0) {
		result = GIT_REFUSED;
	}
	if (result == GIT_REFUSED || result == GIT_SLOW) {
		*said = said_read(complaints);
	}
	if (result == 0 && out != NULL) {
		rewind(output);
		*out = output;
		output = NULL;
	}
	return result;
}
