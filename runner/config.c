/* The table of options; adding one is adding a row. */
#include "runner/config.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/name.h"
#include "shared/number.h"

enum { CONFIG_TOKEN_MAX = 4096 };
#define CONFIG_SERVER "http://127.0.0.1:8080"

enum option_type { OPTION_ANSWER, OPTION_FLAG, OPTION_NUMBER, OPTION_TEXT };

struct option_row {
	const char *name, *value;
	enum option_type type;
	size_t offset;
	int64_t low, high;
	const char *fallback; /* as text; NULL: none */
	const char *help;
};

#define TEXT(name, value, member, fallback, help)                                                  \
	{                                                                                          \
		name, value, OPTION_TEXT, offsetof(struct config, member), 0, 0, fallback, help    \
	}
#define NUMBER(name, value, member, low, high, fallback, help)                                     \
	{                                                                                          \
		name, value, OPTION_NUMBER, offsetof(struct config, member), low, high, fallback,  \
			help                                                                       \
	}
#define FLAG(name, member, help)                                                                   \
	{                                                                                          \
		name, "", OPTION_FLAG, offsetof(struct config, member), 0, 0, NULL, help           \
	}

static const struct option_row option_rows[] = {
	TEXT("accel", "auto|kvm|tcg|native", accel, "auto",
		"how QEMU runs guests of this host's architecture; auto: kvm where it works. With "
		"--backend self: what this machine itself runs on; auto: asks systemd-detect-virt"),
	FLAG("allow-root", is_root_allowed, "run as root nevertheless (in a container)"),
	TEXT("backend", "qemu|self", backend, "qemu",
		"what is tested: kernels in QEMU, or the kernel that this machine runs"),
	TEXT("build-reads", "DIR:DIR", build_reads, NULL,
		"folders beside /usr that builds may read: compilers, say"),
	{"help", "", OPTION_ANSWER, 0, 0, 0, NULL, "print this"},
	NUMBER("jobs", "N", jobs, 0, 4096, "0", "make -jN; 0: one for each CPU"),
	NUMBER("limit-build-mb", "N", limit_build_mb, 1, 1 << 24, "32768",
		"a build whose outputs grow beyond this, MiB, is stopped"),
	NUMBER("limit-build-memory-mb", "N", limit_build_memory_mb, 0, 1 << 24, "0",
		"memory of all processes of a build together, MiB; 0: seven eighths of the "
		"machine's"),
	NUMBER("limit-build-processes", "N", limit_build_processes, 0, 1 << 22, "0",
		"processes of a build at once; 0: 256, and 32 for each of --jobs"),
	NUMBER("limit-cache-mb", "N", limit_cache_mb, 64, 1 << 24, "4096",
		"kept kernels and initrds, MiB"),
	NUMBER("limit-console-mb", "N", limit_console_mb, 1, 1 << 20, "512",
		"a guest whose console or samples grow beyond this is stopped"),
	NUMBER("limit-disk-mb", "N", limit_disk_mb, 0, 1LL << 40, "1024",
		"with less free space than this no build and no boot is begun"),
	NUMBER("limit-memory-mb", "N", limit_memory_mb, 0, 1 << 24, "0",
		"memory of each process of a build, MiB; 0: the machine's, but 8192 at least"),
	NUMBER("limit-trees-mb", "N", limit_trees_mb, 64, 1 << 24, "65536",
		"kept mirrors and worktrees of git trees, MiB"),
	TEXT("name", "NAME", name, NULL,
		"name of this machine; default: as enrolled, or the host's name"),
	NUMBER("once-idle", "S", once_idle_s, 0, 1 << 24, "0",
		"end when there was no job for S seconds"),
	TEXT("pstore", "DIR", pstore, NULL,
		"with --backend self, where a kernel's last words are found after a reboot; "
		"default: /sys/fs/pstore and /var/lib/systemd/pstore"),
	TEXT("qemu", "PATH", qemu, NULL,
		"QEMU for this host's architecture; default: from PATH, as for the others"),
	TEXT("roots", "DIR", roots, NULL,
		"packaged programs of other architectures, below DIR/ARCH; default: STATE/roots"),
	TEXT("sandbox", "auto|never", sandbox, "auto",
		"builds are confined by bubblewrap, where it works; never: posted patches are not "
		"confined either"),
	TEXT("server", "URL", server, NULL,
		"where faultline-server listens; default: as enrolled, or " CONFIG_SERVER),
	TEXT("share", "DIR", share, NULL,
		"folder with guest/, workloads/ and configs/; default: beside the program"),
	TEXT("state", "DIR", state, NULL,
		"where all is kept; default: ~/.local/state/faultline-runner"),
	TEXT("tags", "TAG,…", tags, "",
		"what else this machine is or has: jobs that ask for these tags go here"),
	TEXT("together", "DIR", together, NULL,
		"folder that all runners of this machine share: none builds while another's guest "
		"is under stress"),
	TEXT("token", "TOKEN", enrol_token, NULL,
		"with enrol: the one-time token; default: $FAULTLINE_TOKEN"),
	TEXT("token-file", "FILE", token_file, NULL,
		"file with the runner's token, which enrol writes; default: $FAULTLINE_TOKEN, else "
		"STATE/token"),
	FLAG("verbose", is_verbose, "log more"),
	{"version", "", OPTION_ANSWER, 0, 0, 0, NULL, "print the version"},
	TEXT("workloads", "DIR", own_workloads, NULL,
		"folder with workloads of your own, looked in before the installed ones"),
};

enum { OPTION_COUNT = sizeof(option_rows) / sizeof(option_rows[0]) };

static void config_print_help(void)
{
	puts("faultline-runner: takes jobs from a Faultline server, builds and boots kernels, "
	     "sends what it saw\n"
	     "faultline-runner enrol --server URL --token TOKEN: gives a one-time token for the "
	     "machine's own\n"
	     "faultline-runner workloads [NAME|FOLDER...]: lists workloads and checks their "
	     "manifests\n");
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &option_rows[i];
		_free_ char *left = alloc_format("--%s %s", row->name, row->value);
		const bool is_told = row->type == OPTION_NUMBER ||
				     (row->type == OPTION_TEXT && row->fallback != NULL);
		printf("  %-26s %s%s%s%s\n", left, row->help, is_told ? " (" : "",
			is_told ? row->fallback : "", is_told ? ")" : "");
	}
}

static int config_set(struct config *config, const struct option_row *row, const char *value)
{
	char *place = (char *)config + row->offset;
	switch (row->type) {
	case OPTION_ANSWER:
		break;
	case OPTION_FLAG:
		*(bool *)place = true;
		break;
	case OPTION_NUMBER:
		if (number_parse(value, row->low, row->high, (int64_t *)place) != 0) {
			return log_fault("--%s takes a number from %lld to %lld, not '%s'",
				row->name, (long long)row->low, (long long)row->high, value);
		}
		break;
	case OPTION_TEXT:
		free(*(char **)place);
		*(char **)place = alloc_copy(value);
		break;
	}
	return 0;
}

static const struct option_row *config_find(const char *name, size_t length)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (strlen(option_rows[i].name) == length &&
			strncmp(option_rows[i].name, name, length) == 0) {
			return &option_rows[i];
		}
	}
	return NULL;
}

static int config_answer(const struct option_row *row)
{
	if (strcmp(row->name, "help") == 0) {
		config_print_help();
	} else {
		puts("faultline-runner " RUNNER_VERSION);
	}
	return CONFIG_DONE;
}

/* The command, or a word behind it. */
static bool config_word(struct config *config, const char *text)
{
	const bool is_enrol = strcmp(text, "enrol") == 0 && !config->is_for_workloads;
	const bool is_workloads = strcmp(text, "workloads") == 0;
	const bool is_word =
		text[0] != '-' && (is_enrol || is_workloads || config->is_for_workloads);
	config->is_for_enrol |= is_enrol;
	config->is_for_workloads |= is_workloads;
	return is_word;
}

static int config_arguments(struct config *config, int argc, char **argv)
{
	int words = 0;
	config->words = argv + argc; /* NULL */
	for (int i = 1; i < argc; i++) {
		if (config_word(config, argv[i])) {
			argv[1 + words++] = argv[i]; /* over what has been read */
			continue;
		}
		const char *name = strncmp(argv[i], "--", 2) == 0 ? argv[i] + 2 : "";
		const size_t length = strcspn(name, "=");
		const struct option_row *row = config_find(name, length);
		if (row == NULL) {
			return log_fault("unknown argument '%s'; --help lists them", argv[i]);
		}
		if (row->type == OPTION_ANSWER) {
			return config_answer(row);
		}
		const char *value = name[length] == '=' ? name + length + 1 : NULL;
		if (row->type != OPTION_FLAG && value == NULL) {
			value = ++i < argc ? argv[i] : NULL;
		}
		if ((value == NULL) != (row->type == OPTION_FLAG)) {
			return log_fault("--%s %s", row->name,
				value == NULL ? "needs a value" : "takes no value");
		}
		const int r = config_set(config, row, value);
		if (r < 0) {
			return r;
		}
	}
	if (config->is_for_workloads) {
		argv[1 + words] = NULL;
		config->words = argv + 2; /* behind the command itself */
	}
	return 0;
}

/* What `enrol` wrote: the token in the first line, then "server = URL" and "name = NAME", which
 * count where nothing else was said. */
static int config_token_read(struct config *config)
{
	_free_ char *text = NULL;
	if (file_read(config->token_file, CONFIG_TOKEN_MAX, &text, NULL) != 0) {
		return log_fault("cannot read the token from '%s'", config->token_file);
	}
	char *rest = text;
	config->token = alloc_copy(strsep(&rest, "\n"));
	for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
		char **place = strncmp(line, "server = ", 9) == 0 ? &config->server
			       : strncmp(line, "name = ", 7) == 0 ? &config->name
								  : NULL;
		if (place != NULL && *place == NULL) {
			*place = alloc_copy(strchr(line, '=') + 2);
		}
	}
	return 0;
}

static int config_token(struct config *config)
{
	const char *given =
		config->enrol_token != NULL ? config->enrol_token : getenv("FAULTLINE_TOKEN");
	const bool is_read = !config->is_for_enrol && (config->token_file != NULL || given == NULL);
	const bool is_usual = config->token_file == NULL;
	if (is_usual) {
		config->token_file = alloc_format("%s/token", config->state);
	}
	if (is_read && is_usual && access(config->token_file, F_OK) != 0) {
		return log_fault("no token: enrol this machine, give --token-file or set "
				 "FAULTLINE_TOKEN");
	}
	const int r = is_read ? config_token_read(config) : 0;
	if (r < 0) {
		return r;
	}
	if (!is_read) {
		config->token = alloc_copy(given != NULL ? given : "");
	}
	config->token[strcspn(config->token, "\r\n")] = '\0';
	for (const char *p = config->token; *p != '\0'; p++) {
		if (*p <= ' ' || *p > '~') {
			return log_fault("the token holds a character that no token has");
		}
	}
	return config->token[0] != '\0'
		       ? 0
		       : log_fault("no token: give --token%s or set FAULTLINE_TOKEN",
				 config->is_for_enrol ? "" : "-file");
}

static bool config_is_folder(const char *folder, const char *name)
{
	_free_ char *path = alloc_format("%s/%s", folder, name);
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Installed: DIR/{guest,workloads,configs}. In a checkout: DIR/build/guest and DIR/runner/…. */
static bool config_share_at(struct config *config, const char *folder)
{
	const bool is_checkout = config_is_folder(folder, "runner/workloads");
	if (!is_checkout &&
		!(config_is_folder(folder, "guest") && config_is_folder(folder, "workloads"))) {
		return false;
	}
	config->guest_folder = alloc_format("%s/%sguest", folder, is_checkout ? "build/" : "");
	config->configs_folder = alloc_format("%s/%sconfigs", folder, is_checkout ? "runner/" : "");
	config->workloads_folder =
		alloc_format("%s/%sworkloads", folder, is_checkout ? "runner/" : "");
	return true;
}

static int config_share(struct config *config)
{
	char where[PATH_MAX];
	if (config->share != NULL) {
		if (realpath(config->share, where) == NULL) {
			return log_errno("cannot find the share folder '%s'", config->share);
		}
		return config_share_at(config, where)
			       ? 0
			       : log_fault("'%s' holds no workloads", config->share);
	}
	const ssize_t n = readlink("/proc/self/exe", where, sizeof(where) - 1);
	where[n < 0 ? 0 : n] = '\0';
	for (char *slash = strrchr(where, '/'); slash != NULL; slash = strrchr(where, '/')) {
		*slash = '\0';
		_free_ char *installed = alloc_format("%s/share/faultline", where);
		if (config_share_at(config, installed) || config_share_at(config, where)) {
			return 0;
		}
	}
	return log_fault("cannot find the folder with workloads: give --share");
}

static int config_own_workloads(struct config *config)
{
	char where[PATH_MAX];
	if (config->own_workloads == NULL) {
		return 0;
	}
	if (realpath(config->own_workloads, where) == NULL) {
		return log_errno("cannot find the folder of workloads '%s'", config->own_workloads);
	}
	free(config->own_workloads);
	config->own_workloads = alloc_copy(where);
	return 0;
}

static int config_state(struct config *config)
{
	char where[PATH_MAX];
	if (file_mkdirs(config->state, 0755) < 0 || realpath(config->state, where) == NULL) {
		return log_errno("cannot use the state folder '%s'", config->state);
	}
	free(config->state);
	config->state = alloc_copy(where);
	if (config->roots == NULL) {
		config->roots = alloc_format("%s/roots", where);
	}
	return access(where, W_OK) == 0 ? 0
					: log_errno("cannot write to the state folder '%s'", where);
}

static int config_backend(const struct config *config)
{
	const bool is_self = strcmp(config->backend, "self") == 0;
	if (!is_self && strcmp(config->backend, "qemu") != 0) {
		return log_fault("--backend is qemu or self, not '%s'", config->backend);
	}
	if (strcmp(config->accel, "auto") != 0 && strcmp(config->accel, "kvm") != 0 &&
		strcmp(config->accel, "tcg") != 0 &&
		!(is_self && strcmp(config->accel, "native") == 0)) {
		return log_fault("--accel is auto, kvm%s, not '%s'",
			is_self ? ", tcg or native" : " or tcg", config->accel);
	}
	if (is_self && geteuid() != 0) {
		return log_fault("--backend self mounts a file system on this machine, which needs "
				 "root");
	}
	if (!is_self && geteuid() == 0 && !config->is_root_allowed) {
		return log_fault(
			"will not run as root, since builds and guests are not to be trusted: "
			"start it as another user, or with --allow-root");
	}
	return 0;
}

static int config_check(struct config *config)
{
	char where[PATH_MAX];
	if (config->qemu != NULL && strchr(config->qemu, '/') != NULL &&
		realpath(config->qemu, where) != NULL) {
		free(config->qemu); /* QEMU is started from another folder */
		config->qemu = alloc_copy(where);
	}
	if (config->server == NULL) {
		config->server = alloc_copy(CONFIG_SERVER);
	}
	if (config->name == NULL) {
		char host[64] = "";
		gethostname(host, sizeof(host) - 1);
		config->name = alloc_copy(host);
	}
	if (!name_is_machine(config->name)) {
		return log_fault("'%s' cannot name a machine: use up to 64 of A-Z a-z 0-9 . _ -",
			config->name);
	}
	if (strcmp(config->sandbox, "auto") != 0 && strcmp(config->sandbox, "never") != 0) {
		return log_fault("--sandbox is auto or never, not '%s'", config->sandbox);
	}
	if (strncmp(config->server, "http://", 7) != 0 &&
		strncmp(config->server, "https://", 8) != 0) {
		return log_fault(
			"--server takes an http:// or https:// URL, not '%s'", config->server);
	}
	for (size_t n = strlen(config->server); n > 0 && config->server[n - 1] == '/'; n--) {
		config->server[n - 1] = '\0';
	}
	if (config->is_for_enrol) {
		return 0;
	}
	if (config->jobs == 0) {
		config->jobs = sysconf(_SC_NPROCESSORS_ONLN);
	}
	return config_backend(config);
}

int config_read(struct config *config, int argc, char **argv)
{
	*config = (struct config){0};
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (option_rows[i].fallback != NULL) {
			config_set(config, &option_rows[i], option_rows[i].fallback);
		}
	}
	int r = config_arguments(config, argc, argv);
	r = r != 0 ? r : config_own_workloads(config);
	if (r == 0 && config->is_for_workloads) {
		config->roots = config->roots != NULL ? config->roots : alloc_copy("/nonexistent");
		return config_share(config);
	}
	if (config->state == NULL) {
		const char *home = getenv("HOME");
		config->state =
			alloc_format("%s/.local/state/faultline-runner", home != NULL ? home : ".");
	}
	r = r != 0 ? r : config_token(config);
	r = r != 0 ? r : config_check(config);
	if (r != 0 || config->is_for_enrol) {
		return r;
	}
	r = config_share(config);
	return r != 0 ? r : config_state(config);
}

void config_fini(struct config *config)
{
	bounds_fini(&config->bounds);
	char **texts[] = {&config->server, &config->token, &config->name, &config->state,
		&config->guest_folder, &config->configs_folder, &config->workloads_folder,
		&config->own_workloads, &config->roots, &config->qemu, &config->accel,
		&config->backend, &config->pstore, &config->sandbox, &config->build_reads,
		&config->tags, &config->together, &config->token_file, &config->enrol_token,
		&config->share};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		free(*texts[i]);
		*texts[i] = NULL;
	}
}
