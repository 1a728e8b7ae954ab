/* What the operator may set: the table of options. */
#include "config.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/number.h"

enum kind { KIND_TEXT, KIND_NUMBER, KIND_FLAG, KIND_LEVEL };

struct option {
	const char *name;
	enum kind kind;
	size_t offset;
	const char *standard;
	int64_t low;
	int64_t high;
	const char *value; /* as --help shows it */
	const char *help;
};

enum { CONFIG_OTHER = 100 }; /* no option of ours: the command's, or a mistake it tells */
enum { CONFIG_FILE_MAX = 1 << 20 };

#define AT(member) offsetof(struct config, member)

static const struct option options[] = {
	{"check", KIND_FLAG, AT(is_check), "no", 0, 0, "",
		"look whether all is well and end: run, serve, work, migrate"},
	{"closed", KIND_FLAG, AT(is_closed), "no", 0, 0, "",
		"reading needs a token as well (browsers: as password)"},
	{"config", KIND_TEXT, AT(file), "", 0, 0, "FILE",
		"lines of NAME = VALUE, as the options here; # begins a remark"},
	{"confirm", KIND_NUMBER, AT(confirm_s), "15", 1, 600, "SECONDS",
		"a claim that its runner does not confirm goes back after so long"},
	{"connections", KIND_NUMBER, AT(connections), "2000", 16, 100000, "N",
		"clients at the same time"},
	{"database", KIND_TEXT, AT(database), "", 0, 0, "STRING",
		"libpq connection string; what it leaves out comes from PG*"},
	{"golden-every-hours", KIND_NUMBER, AT(golden_every_hours), "24", 0, 8760, "HOURS",
		"machines are checked with a golden kernel so often; 0: not by time"},
	{"golden-every-jobs", KIND_NUMBER, AT(golden_every_jobs), "200", 0, 1000000, "N",
		"and after so many attempts, and after failures; 0: not by them; both 0: never"},
	{"identity-from", KIND_TEXT, AT(identity_from), "", 0, 0, "NETWORKS",
		"proxies that may say who somebody is, 127.0.0.1, fd00::/8 …"},
	{"identity-header", KIND_TEXT, AT(identity_header), "", 0, 0, "NAME",
		"the header in which they say it; they must take it out of what comes in"},
	{"keep-consoles-days", KIND_NUMBER, AT(keep_consoles_days), "365", 0, 36500, "DAYS",
		"consoles and build logs of attempts without a report; 0: for ever"},
	{"keep-files-mb", KIND_NUMBER, AT(keep_files_mb), "102400", 0, 1 << 30, "MIB",
		"files that nothing needs, the longest unused go first; 0: all"},
	{"keep-samples-days", KIND_NUMBER, AT(keep_samples_days), "90", 0, 36500, "DAYS",
		"samples of attempts without a report; values are kept; 0: for ever"},
	{"keep-streams-mb", KIND_NUMBER, AT(keep_streams_mb), "0", 0, 1 << 30, "MIB",
		"consoles and samples, the oldest without a report go first; 0: all"},
	{"lease", KIND_NUMBER, AT(lease_s), "60", 1, 3600, "SECONDS",
		"an attempt is lost when its runner is silent for so long"},
	{"listen", KIND_TEXT, AT(listen), "127.0.0.1:8080", 0, 0, "ADDR:PORT",
		"where to listen; [ADDR]:PORT for IPv6, port 0 takes a free one"},
	{"log", KIND_LEVEL, AT(log_level), "info", 0, 0, "LEVEL", "error, warning, info or debug"},
	{"mail-from", KIND_TEXT, AT(mail_from), "", 0, 0, "ADDRESS",
		"the address that mails come from"},
	{"mail-server", KIND_TEXT, AT(mail_server), "", 0, 0, "URL",
		"smtp://HOST:PORT or smtps://, with USER:PASSWORD@ where it wants that"},
	{"notify-per-day", KIND_NUMBER, AT(notify_per_day), "100", 0, 1000000, "N",
		"runs of one person that may name somebody to be told, in 24 hours; 0: any"},
	{"port-file", KIND_TEXT, AT(port_file), "", 0, 0, "FILE",
		"the port is written there once it is open"},
	{"public-url", KIND_TEXT, AT(public_url), "", 0, 0, "URL",
		"how people reach this server; stands in what is sent out"},
	{"refresh", KIND_NUMBER, AT(refresh_s), "300", 0, 86400, "SECONDS",
		"how often trees are fetched unasked; 0: never"},
	{"state", KIND_TEXT, AT(state), "/var/lib/faultline", 0, 0, "DIR",
		"folder for git mirrors and large answers"},
	{"webhook-networks", KIND_TEXT, AT(webhook_networks), "", 0, 0, "NETWORKS",
		"private networks that webhooks may lead to, 10.0.0.0/8, fd00::/8 …"},
	{"workers", KIND_NUMBER, AT(workers), "4", 1, 64, "N",
		"threads that answer requests, each with one connection to PostgreSQL"},
};

enum { OPTION_COUNT = sizeof(options) / sizeof(options[0]) };

static int level_parse(const char *text, int *out)
{
	static const struct {
		const char *name;
		int level;
	} levels[] = {{"error", LOG_LEVEL_ERROR}, {"warning", LOG_LEVEL_WARNING},
		{"info", LOG_LEVEL_INFO}, {"debug", LOG_LEVEL_DEBUG}};
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (strcmp(levels[i].name, text) == 0) {
			*out = levels[i].level;
			return 0;
		}
	}
	return CONFIG_BAD;
}

static int flag_parse(const char *text, bool *out)
{
	*out = strcmp(text, "yes") == 0 || strcmp(text, "1") == 0;
	return *out || strcmp(text, "no") == 0 || strcmp(text, "0") == 0 ? 0 : CONFIG_BAD;
}

static void option_refuse(const struct option *option, const char *text)
{
	fprintf(stderr, "--%s: '%s' is not ", option->name, text);
	if (option->kind == KIND_NUMBER) {
		fprintf(stderr, "a whole number from %lld to %lld\n", (long long)option->low,
			(long long)option->high);
	} else {
		fprintf(stderr, "%s\n", option->kind == KIND_FLAG ? "yes or no" : option->help);
	}
}

static int option_set(struct config *config, const struct option *option, const char *text)
{
	void *place = (char *)config + option->offset;
	int outcome = 0;
	switch (option->kind) {
	case KIND_TEXT:
		*(const char **)place = text;
		break;
	case KIND_NUMBER:
		outcome = number_parse(text, option->low, option->high, place);
		break;
	case KIND_FLAG:
		outcome = flag_parse(text, place);
		break;
	case KIND_LEVEL:
		outcome = level_parse(text, place);
		break;
	}
	if (outcome != 0) {
		option_refuse(option, text);
		return CONFIG_BAD;
	}
	return 0;
}

static char *option_variable(const struct option *option)
{
	char *name = alloc_format("FAULTLINE_%s", option->name);
	for (char *c = name; *c != '\0'; c++) {
		*c = (char)(*c == '-' ? '_' : toupper((unsigned char)*c));
	}
	return name;
}

static int options_standard(struct config *config)
{
	int outcome = 0;
	for (size_t i = 0; outcome == 0 && i < OPTION_COUNT; i++) {
		outcome = option_set(config, &options[i], options[i].standard);
	}
	return outcome;
}

static int options_from_environment(struct config *config)
{
	int outcome = 0;
	for (size_t i = 0; outcome == 0 && i < OPTION_COUNT; i++) {
		_free_ char *name = option_variable(&options[i]);
		const char *text = getenv(name);
		outcome = text == NULL ? 0 : option_set(config, &options[i], text);
	}
	return outcome;
}

/* Takes spaces off both ends, in place. */
static char *trim(char *text)
{
	text += strspn(text, " \t");
	size_t n = strlen(text);
	while (n > 0 && strchr(" \t\r", text[n - 1]) != NULL) {
		text[--n] = '\0';
	}
	return text;
}

static int option_from_line(struct config *config, char *line)
{
	char *equals = strchr(line, '=');
	if (line[0] == '\0' || line[0] == '#') {
		return 0;
	}
	if (equals != NULL) {
		*equals = '\0';
		const char *name = trim(line);
		for (size_t i = 0; i < OPTION_COUNT; i++) {
			if (strcmp(options[i].name, name) == 0) {
				return option_set(config, &options[i], trim(equals + 1));
			}
		}
	}
	fprintf(stderr, "%s: '%s' is no option with its value\n", config->file, line);
	return CONFIG_BAD;
}

/* The values stay where they were read. */
static int options_from_file(struct config *config)
{
	if (config->file[0] == '\0') {
		return 0;
	}
	const char *path = config->file;
	if (file_read(path, CONFIG_FILE_MAX, &config->file_text, NULL) != 0) {
		fprintf(stderr, "--config: cannot read '%s'\n", path);
		return CONFIG_BAD;
	}
	int outcome = 0;
	char *rest = config->file_text;
	for (char *line = strsep(&rest, "\n"); outcome == 0 && line != NULL;
		line = strsep(&rest, "\n")) {
		outcome = option_from_line(config, trim(line));
	}
	config->file = path;
	return outcome;
}

/* Where the file is must be known before all else, wherever it stands. */
static void file_find(struct config *config, int argc, char **argv)
{
	const char *named = getenv("FAULTLINE_CONFIG");
	config->file = named != NULL ? named : "";
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
			config->file = argv[i + 1];
		} else if (strncmp(argv[i], "--config=", 9) == 0) {
			config->file = argv[i] + 9;
		}
	}
}

/* "--name", "--name=value" → the row, and the value behind '=' if there is one. */
static const struct option *option_find(const char *argument, const char **value)
{
	const char *equals = strchr(argument, '=');
	const size_t n = equals == NULL ? strlen(argument) : (size_t)(equals - argument);
	*value = equals == NULL ? NULL : equals + 1;
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (strlen(options[i].name) + 2 == n &&
			strncmp(options[i].name, argument + 2, n - 2) == 0) {
			return &options[i];
		}
	}
	return NULL;
}

/* Takes one option at argv[*i] and moves *i behind it. */
static int option_take(struct config *config, int argc, char **argv, int *i)
{
	const char *value;
	const struct option *option = option_find(argv[*i], &value);
	if (option == NULL) {
		return CONFIG_OTHER;
	}
	*i += 1;
	if (value == NULL && option->kind == KIND_FLAG) {
		value = "yes";
	} else if (value == NULL && *i < argc) {
		value = argv[*i];
		*i += 1;
	}
	if (value == NULL) {
		fprintf(stderr, "--%s needs a value\n", option->name);
		return CONFIG_BAD;
	}
	return option_set(config, option, value);
}

int config_read(struct config *config, int argc, char **argv, int *rest)
{
	*config = (struct config){0};
	int outcome = options_standard(config);
	file_find(config, argc, argv);
	outcome = outcome != 0 ? outcome : options_from_file(config);
	outcome = outcome != 0 ? outcome : options_from_environment(config);
	int words = 0;
	int i = 1;
	while (outcome == 0 && i < argc) {
		if (strcmp(argv[i], "--help") == 0) {
			return CONFIG_HELP;
		}
		outcome = strncmp(argv[i], "--", 2) == 0 ? option_take(config, argc, argv, &i)
							 : CONFIG_OTHER;
		if (outcome == CONFIG_OTHER) {
			argv[1 + words++] = argv[i++];
			outcome = 0;
		}
	}
	*rest = argc - words;
	memmove(argv + *rest, argv + 1, (size_t)words * sizeof(*argv));
	return outcome;
}

void config_fini(struct config *config)
{
	free(config->file_text);
	config->file_text = NULL;
}

void config_print(FILE *out)
{
	fprintf(out,
		"options (or FAULTLINE_NAME in the environment, or NAME = VALUE in a file):\n");
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		_free_ char *left = alloc_format("--%s %s", options[i].name, options[i].value);
		fprintf(out, "  %-24s %s [%s]\n", left, options[i].help, options[i].standard);
	}
}
