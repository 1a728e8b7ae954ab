/* faultline-server retention: says what is too old or too much by the options, and with --apply
 * removes it now, as the running server's stage does every hour. */
#include "commands.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "store/db.h"
#include "store/retention.h"
#include "work/stage.h"

enum { WAIT_S = 60, USAGE = 2 };

static void db_cleanup(struct db **db)
{
	db_free(*db);
}
#define _db_ __attribute__((cleanup(db_cleanup)))

static void limit_print(const char *option, int64_t limit, const char *unit)
{
	if (limit == 0) {
		printf("--%s 0: no limit\n", option);
	} else {
		printf("--%s %" PRId64 " %s\n", option, limit, unit);
	}
}

static void count_print(const char *verb, enum retention_kind kind, const struct retention_count *n)
{
	printf("%s%s %" PRId64 " %s, %" PRId64 " bytes", retention_name(kind), verb, n->removed,
		kind == RETENTION_FILES ? "files" : "attempts", n->bytes);
	if (n->evidence > 0) {
		printf("; %" PRId64 " others as old stay for their reports", n->evidence);
	}
	printf("\n");
}

static int preview(const struct config *config, struct db *db)
{
	const struct retention_limits limits = retention_configured(config);
	struct retention_preview found;
	if (retention_preview(db, &limits, &found) != 0) {
		return EXIT_FAILURE;
	}
	limit_print("keep-samples-days", config->keep_samples_days, "days");
	limit_print("keep-consoles-days", config->keep_consoles_days, "days");
	limit_print("keep-streams-mb", config->keep_streams_mb, "MiB");
	limit_print("keep-files-mb", config->keep_files_mb, "MiB");
	count_print(" would go of", RETENTION_SAMPLES, &found.old[RETENTION_SAMPLES]);
	count_print(" would go of", RETENTION_CONSOLES, &found.old[RETENTION_CONSOLES]);
	if (found.streams_excess_bytes > 0) {
		printf("then of the oldest of both as many as make %" PRId64 " bytes\n",
			found.streams_excess_bytes);
	}
	count_print(" would go:", RETENTION_FILES, &found.old[RETENTION_FILES]);
	if (found.files_excess_bytes > found.old[RETENTION_FILES].bytes) {
		printf("%" PRId64 " bytes of files too many are needed and stay\n",
			found.files_excess_bytes - found.old[RETENTION_FILES].bytes);
	}
	printf("nothing was changed: --apply does it\n");
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int apply(const struct config *config, struct db *db)
{
	struct retention_pass pass = {.limits = retention_configured(config)};
	int outcome = 0;
	while (outcome == 0) {
		outcome = retention_step(db, &pass);
	}
	for (int kind = 0; kind < RETENTION_KINDS; kind++) {
		count_print(kind == RETENTION_FILES ? " gone:" : " gone of",
			(enum retention_kind)kind, &pass.done[kind]);
	}
	retention_fini(&pass);
	return outcome == RETENTION_NONE && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int command_retention(const struct config *config, int argc, char **argv)
{
	const bool is_applied = argc == 1 && strcmp(argv[0], "--apply") == 0;
	if (argc > 0 && !is_applied) {
		fprintf(stderr, "usage: faultline-server retention [OPTIONS] [--apply]\n");
		return USAGE;
	}
	_db_ struct db *db = NULL;
	if (db_open(config->database, WAIT_S, &db) != 0) {
		return EXIT_FAILURE;
	}
	return is_applied ? apply(config, db) : preview(config, db);
}
