/* faultline-server: one table of commands. `run` is all in one process; `serve` and `work` share
 * nothing but PostgreSQL, so that any number of each may run on any number of machines. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "config.h"
#include "console/command.h"
#include "serve.h"
#include "shared/log.h"
#include "stats/command.h"
#include "version.h"

struct command {
	const char *name;
	int (*run)(const struct config *config, int argc, char **argv);
	int (*offline)(int argc, char **argv); /* needs no options; argv[0] is the name */
	const char *help;
};

static int run_all(const struct config *config, int argc, char **argv);
static int run_serve(const struct config *config, int argc, char **argv);
static int run_work(const struct config *config, int argc, char **argv);

static const struct command commands[] = {
	{"bisect-sim", NULL, command_bisect_sim,
		"simulate searches for a commit, ours beside others"},
	{"causes", NULL, command_causes, "say which bugs rise and fall together"},
	{"changepoints", NULL, command_changepoints, "say where the level of a series moved"},
	{"console", NULL, console_command, "read crash reports out of a console's file"},
	{"migrate", command_migrate, NULL, "bring the database up to date; --check only looks"},
	{"power", NULL, command_power, "say how long to run for a stated risk"},
	{"profile", command_profile, NULL, "add a profile"},
	{"rate", NULL, command_rate, "rates with intervals; fixed or masked?"},
	{"reread", command_reread, NULL,
		"read old consoles again; says what changes, --apply does it"},
	{"retention", command_retention, NULL,
		"say what is too old or too much; --apply removes it now"},
	{"run", run_all, NULL, "serve and work in one process"},
	{"serve", run_serve, NULL, "serve pages and the HTTP API"},
	{"token", command_token, NULL, "add, list and revoke tokens"},
	{"tree", command_tree, NULL, "add, list and refresh git trees"},
	{"work", run_work, NULL, "run the background stages"},
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]), EXIT_USAGE = 2 };

static int help(FILE *out)
{
	fprintf(out, "usage: faultline-server COMMAND [OPTIONS] …\n\ncommands:\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		fprintf(out, "  %-12s %s\n", commands[i].name, commands[i].help);
	}
	fprintf(out, "\n");
	config_print(out);
	return out == stdout ? EXIT_SUCCESS : EXIT_USAGE;
}

static int too_many(const char *argument)
{
	fprintf(stderr, "'%s' is not understood here; --help lists the options\n", argument);
	return EXIT_USAGE;
}

static int run_all(const struct config *config, int argc, char **argv)
{
	return argc > 0           ? too_many(argv[0])
	       : config->is_check ? serve_check(config)
				  : serve_run(config, true, true);
}

static int run_serve(const struct config *config, int argc, char **argv)
{
	return argc > 0           ? too_many(argv[0])
	       : config->is_check ? serve_check(config)
				  : serve_run(config, true, false);
}

static int run_work(const struct config *config, int argc, char **argv)
{
	return argc > 0           ? too_many(argv[0])
	       : config->is_check ? serve_check(config)
				  : serve_run(config, false, true);
}

static int command_run(const struct command *command, int argc, char **argv)
{
	if (command->offline != NULL) {
		return command->offline(argc, argv);
	}
	struct config config;
	int rest = 0;
	const int outcome = config_read(&config, argc, argv, &rest);
	int status = EXIT_USAGE;
	if (outcome == CONFIG_HELP) {
		status = help(stdout);
	} else if (outcome == 0) {
		log_init((enum log_level)config.log_level);
		status = command->run(&config, argc - rest, argv + rest);
	}
	config_fini(&config);
	return status;
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	if (argc < 2) {
		return help(stderr);
	}
	if (strcmp(argv[1], "--help") == 0) {
		return help(stdout);
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("faultline-server %s\n", FAULTLINE_VERSION);
		return EXIT_SUCCESS;
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(commands[i].name, argv[1]) == 0) {
			return command_run(&commands[i], argc - 1, argv + 1);
		}
	}
	fprintf(stderr, "unknown command '%s'\n", argv[1]);
	return help(stderr);
}
