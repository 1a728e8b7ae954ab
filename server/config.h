/* What the operator may set: one table of options in config.c. `--name value` on the command line
 * wins over FAULTLINE_NAME in the environment, which wins over `name = value` in the file of
 * --config, which wins over the default. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct config {
	const char *database;        /* libpq connection string; "" leaves all to PG* */
	const char *identity_from;   /* networks of proxies that say who somebody is; "": nobody */
	const char *identity_header; /* the header in which they say it; "": none */
	const char *listen;          /* address:port */
	const char *state;           /* folder for git mirrors and large answers on their way out */
	const char *mail_from;       /* the address that mails come from; "": none are sent */
	const char *mail_server; /* smtp://HOST[:PORT] or smtps://, perhaps with USER:PASSWORD@ */
	const char *public_url;  /* as people reach it, without a final slash; "" is relative */
	const char *webhook_networks; /* private networks that webhooks may lead to */
	int64_t workers;              /* threads that answer requests, each with one connection */
	int64_t connections;          /* clients at the same time */
	int64_t refresh_s;            /* how often a tree is fetched unasked; 0: never */
	int64_t lease_s;   /* a running attempt is lost when its runner is silent for so long */
	int64_t confirm_s; /* a claim that is not confirmed goes back after so long */
	int64_t golden_every_hours; /* a machine is checked with a golden kernel so often, 0: no */
	int64_t golden_every_jobs;  /* and after so many attempts, 0: no; both 0: never unasked */
	int64_t keep_consoles_days; /* consoles and build logs without a report go then, 0: never */
	int64_t keep_files_mb;      /* the longest unused files go above that, 0: never */
	int64_t keep_samples_days;  /* samples of attempts without a report go then, 0: never */
	int64_t keep_streams_mb;    /* the oldest of both go above that, 0: never */
	int64_t notify_per_day; /* so many runs of one person may name somebody to be told, 0: any
				 */
	const char *port_file;  /* the port is written here once it is open; "": nowhere */
	bool is_closed;         /* reading needs a token too */
	bool is_check;          /* look whether all is well, and end */
	int log_level;          /* enum log_level */
	const char *file;       /* where options were read from; "": nowhere */
	char *file_text;        /* owned: what the texts from there point into */
};

enum { CONFIG_BAD = 1, CONFIG_HELP = 2 };

/* Fills *config from the file of --config, environment and argv[1..]; texts are borrowed from
 * there. What is no option of ours, wherever it stands, is moved to argv's end, in its order: *rest
 * is the first of it (argc when there is none). 0; CONFIG_HELP: --help was asked for; CONFIG_BAD:
 * told on standard error. config_fini in any case. */
int config_read(struct config *config, int argc, char **argv, int *rest);
void config_fini(struct config *config);

/* The options, for --help. */
void config_print(FILE *out);
