/* What operators do offline, straight on the database. */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/number.h"
#include "store/db.h"
#include "store/migrate.h"
#include "store/row.h"
#include "store/token.h"
#include "store/tree.h"

enum { TOKEN_HOURS = 24, TOKEN_HOURS_MAX = 8760 };
enum { COMMAND_WAIT_S = 60, COMMAND_FILE_MAX = 1 << 20, COMMAND_USAGE = 2 };

/* One word below a command: "token add". */
struct word {
	const char *name;
	const char *usage;
	int (*run)(struct db *db, int argc, char **argv); /* argv[0] is behind the word */
	int needs;                                        /* arguments at least */
};

static void db_cleanup(struct db **db)
{
	db_free(*db);
}
#define _db_ __attribute__((cleanup(db_cleanup)))

static int usage(const char *command, const struct word *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		fprintf(stderr, "%s faultline-server %s %s %s\n", i == 0 ? "usage:" : "      ",
			command, words[i].name, words[i].usage);
	}
	return COMMAND_USAGE;
}

static int words_run(const struct config *config, const char *command, const struct word *words,
	size_t count, int argc, char **argv)
{
	for (size_t i = 0; i < count && argc > 0; i++) {
		if (strcmp(words[i].name, argv[0]) != 0 || argc - 1 < words[i].needs) {
			continue;
		}
		_db_ struct db *db = NULL;
		if (db_open(config->database, COMMAND_WAIT_S, &db) != 0) {
			return EXIT_FAILURE;
		}
		return words[i].run(db, argc - 1, argv + 1);
	}
	return usage(command, words, count);
}

static int complain(const char *text, const char *what)
{
	fprintf(stderr, "%s: %s\n", what, text);
	return EXIT_FAILURE;
}

int command_migrate(const struct config *config, int argc, char **argv)
{
	(void)argv;
	if (argc > 0) {
		fprintf(stderr, "usage: faultline-server migrate [OPTIONS] [--check]\n");
		return COMMAND_USAGE;
	}
	_db_ struct db *db = NULL;
	if (db_open_bare(config->database, COMMAND_WAIT_S, &db) != 0) {
		return EXIT_FAILURE;
	}
	return migrate_run(db, config->is_check) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The value behind "--name", or NULL. */
static const char *flag_value(int argc, char **argv, const char *flag)
{
	for (int i = 0; i + 1 < argc; i++) {
		if (strcmp(argv[i], flag) == 0) {
			return argv[i + 1];
		}
	}
	return NULL;
}

static int token_add_run(struct db *db, int argc, char **argv)
{
	const char *kind = flag_value(argc, argv, "--kind");
	const char *name = flag_value(argc, argv, "--name");
	const char *hours = flag_value(argc, argv, "--hours");
	if (kind == NULL || token_kind_parse(kind) == TOKEN_NONE) {
		return complain("must be runner, trigger, admin, read or enrol", "--kind");
	}
	int64_t hours_n = TOKEN_HOURS;
	if (hours != NULL && (token_kind_parse(kind) != TOKEN_ENROL ||
				     number_parse(hours, 1, TOKEN_HOURS_MAX, &hours_n) != 0)) {
		return complain("only tokens to enrol end, after 1 to 8760", "--hours");
	}
	if (name == NULL) {
		return complain("is missing", "--name");
	}
	char text[TOKEN_TEXT_SIZE];
	const int outcome = token_add(db, token_kind_parse(kind), name, hours_n, 0, text);
	if (outcome == TOKEN_EXISTS) {
		return complain("a token of that name exists", name);
	}
	if (outcome == DB_REFUSED) {
		return complain("a name has 1 to 64 letters, digits and . _ @ -", name);
	}
	if (outcome != 0) {
		return EXIT_FAILURE;
	}
	fprintf(stderr, "the token of '%s', shown only now:\n", name);
	printf("%s\n", text);
	return EXIT_SUCCESS;
}

static int token_list_run(struct db *db, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	_rows_ struct rows *rows = NULL;
	if (token_list(db, &rows) != 0) {
		return EXIT_FAILURE;
	}
	printf("%-24s %-8s %-17s %-17s %s\n", "name", "kind", "made", "last used", "revoked");
	for (size_t i = 0; i < rows_count(rows); i++) {
		const char *used = row_text(rows, i, "last_used_at");
		const char *revoked = row_text(rows, i, "revoked_at");
		const char *once = row_text(rows, i, "once");
		printf("%-24s %-8s %-17s %-17s %s\n", row_text(rows, i, "name"),
			row_text(rows, i, "kind"), row_text(rows, i, "created_at"),
			once != NULL   ? once
			: used == NULL ? "never"
				       : used,
			revoked == NULL ? "" : revoked);
	}
	return EXIT_SUCCESS;
}

static int token_renew_run(struct db *db, int argc, char **argv)
{
	(void)argc;
	char text[TOKEN_TEXT_SIZE];
	const int outcome = token_renew(db, argv[0], text);
	if (outcome == TOKEN_UNKNOWN) {
		return complain("there is no token of that name, or it was revoked", argv[0]);
	}
	if (outcome != 0) {
		return EXIT_FAILURE;
	}
	fprintf(stderr, "the new token of '%s', shown only now; the old one has ended:\n", argv[0]);
	printf("%s\n", text);
	return EXIT_SUCCESS;
}

static int token_revoke_run(struct db *db, int argc, char **argv)
{
	(void)argc;
	const int outcome = token_revoke(db, argv[0], 0);
	if (outcome == TOKEN_UNKNOWN) {
		return complain("there is no token of that name", argv[0]);
	}
	return outcome == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int command_token(const struct config *config, int argc, char **argv)
{
	static const struct word words[] = {
		{"add", "--kind runner|trigger|admin|read|enrol --name NAME [--hours N]",
			token_add_run, 0},
		{"list", "", token_list_run, 0},
		{"renew", "NAME", token_renew_run, 1},
		{"revoke", "NAME", token_revoke_run, 1},
	};
	return words_run(config, "token", words, sizeof(words) / sizeof(words[0]), argc, argv);
}

/* 0, or told on standard error. */
static int tree_told(struct db *db, int outcome, const char *name)
{
	switch (outcome) {
	case 0:
		return EXIT_SUCCESS;
	case TREE_EXISTS:
		return complain("a tree of that name exists", name);
	case TREE_NONE:
		return complain("there is no tree of that name", name);
	case TREE_BAD:
		return complain(db_refusal(db), name);
	default:
		return EXIT_FAILURE;
	}
}

static int tree_add_run(struct db *db, int argc, char **argv)
{
	const char *web_url = argc > 3 && strncmp(argv[3], "--", 2) != 0 ? argv[3] : NULL;
	const char *family = flag_value(argc, argv, "--family");
	return tree_told(db, tree_add(db, argv[0], argv[1], argv[2], web_url, family), argv[0]);
}

static int tree_family_run(struct db *db, int argc, char **argv)
{
	(void)argc;
	return tree_told(db, tree_family(db, argv[0], argv[1], 0), argv[0]);
}

static int tree_list_run(struct db *db, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	_free_ char *text = NULL;
	if (tree_list(db, &text) != 0) {
		return EXIT_FAILURE;
	}
	printf("%s\n", text);
	return EXIT_SUCCESS;
}

static int tree_refresh_run(struct db *db, int argc, char **argv)
{
	(void)argc;
	const int outcome = tree_refresh(db, argv[0]);
	if (outcome == TREE_NONE) {
		return complain("there is no git tree of that name", argv[0]);
	}
	return outcome == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int command_tree(const struct config *config, int argc, char **argv)
{
	static const struct word words[] = {
		{"add", "NAME URL BRANCH [WEB-URL] [--family FAMILY]", tree_add_run, 3},
		{"family", "NAME FAMILY", tree_family_run, 2},
		{"list", "", tree_list_run, 0},
		{"refresh", "NAME", tree_refresh_run, 1},
	};
	return words_run(config, "tree", words, sizeof(words) / sizeof(words[0]), argc, argv);
}

static int profile_add_run(struct db *db, int argc, char **argv)
{
	(void)argc;
	_free_ char *text = NULL;
	const int fault = file_read(argv[0], COMMAND_FILE_MAX, &text, NULL);
	if (fault != 0) {
		return fault < 0 ? EXIT_FAILURE : complain("no such file", argv[0]);
	}
	switch (profile_add(db, text)) {
	case 0:
	case PROFILE_SAME:
		return EXIT_SUCCESS;
	case PROFILE_TAKEN:
		return complain("another profile has that name", argv[0]);
	case PROFILE_BAD:
		return complain(db_refusal(db), argv[0]);
	default:
		return EXIT_FAILURE;
	}
}

int command_profile(const struct config *config, int argc, char **argv)
{
	static const struct word words[] = {
		{"add", "FILE.json", profile_add_run, 1},
	};
	return words_run(config, "profile", words, sizeof(words) / sizeof(words[0]), argc, argv);
}
