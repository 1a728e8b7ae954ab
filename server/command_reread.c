/* faultline-server reread: goes over consoles and build logs that an older reader has read, shows
 * what a newer one says otherwise, and with --apply keeps that. */
#include "commands.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buildlog/buildlog.h"
#include "config.h"
#include "console/console.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"
#include "store/db.h"
#include "store/reread.h"
#include "work/reread.h"

enum { WAIT_S = 60, USAGE = 2, TELL_NS = 1000000000 };

static void db_cleanup(struct db **db)
{
	db_free(*db);
}
#define _db_ __attribute__((cleanup(db_cleanup)))

static int usage(void)
{
	fprintf(stderr, "usage: faultline-server reread [OPTIONS] [--apply] [--all] [--json] "
			"[--attempt N | --since TIME]\n");
	return USAGE;
}

static int wish_read(int argc, char **argv, struct reread_wish *wish, bool *is_json)
{
	for (int i = 0; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;
		if (strcmp(argv[i], "--apply") == 0) {
			wish->is_applied = true;
		} else if (strcmp(argv[i], "--all") == 0) {
			wish->is_all = true;
		} else if (strcmp(argv[i], "--json") == 0) {
			*is_json = true;
		} else if (strcmp(argv[i], "--since") == 0 && value != NULL) {
			wish->since = argv[++i];
		} else if (strcmp(argv[i], "--attempt") == 0 && value != NULL &&
			   number_parse(value, 1, INT64_MAX, &wish->attempt_id) == 0) {
			i++;
		} else {
			return usage();
		}
	}
	return wish->attempt_id != 0 && wish->since != NULL ? usage() : 0;
}

static char *actor_name(void)
{
	char host[256] = "";
	gethostname(host, sizeof(host) - 1);
	const char *account = getenv("SUDO_USER");
	account = account != NULL ? account : getenv("USER");
	return account == NULL ? alloc_format("uid %u@%s", (unsigned)geteuid(), host)
			       : alloc_format("%s@%s", account, host);
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text == NULL ? "" : text;
}

static json_int_t number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void attempts_print(const json_t *of)
{
	size_t i;
	json_t *attempt;
	printf("    in attempts");
	json_array_foreach(json_object_get(of, "attempts"), i, attempt)
	{
		printf(" %" JSON_INTEGER_FORMAT, json_integer_value(attempt));
	}
	printf("\n");
}

/* What becomes of a bug, in words; `now` where it has been done. */
static const struct {
	const char *change, *will, *now;
} words[] = {
	{"appears", "would appear", "appeared"},
	{"changes", "would change", "changed"},
	{"empties", "would be left without an occurrence (it stays: a person has decided on it)",
		"is left without an occurrence (it stays: a person has decided on it)"},
	{"merges", "would merge into", "merged into"},
	{"vanishes", "would vanish", "vanished"},
};

static void bug_print(const json_t *bug, bool is_applied)
{
	const char *change = text_of(bug, "change"), *word = change;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].change, change) == 0) {
			word = is_applied ? words[i].now : words[i].will;
		}
	}
	if (number_of(bug, "id") != 0) {
		printf("bug %" JSON_INTEGER_FORMAT " ", number_of(bug, "id"));
	} else {
		printf("a bug ");
	}
	printf("'%s' %s", text_of(bug, "title"), word);
	if (number_of(bug, "into") != 0) {
		printf(" bug %" JSON_INTEGER_FORMAT, number_of(bug, "into"));
	}
	if (text_of(bug, "into_title")[0] != '\0') {
		printf(" '%s'", text_of(bug, "into_title"));
	}
	printf(": %" JSON_INTEGER_FORMAT " occurrences, %" JSON_INTEGER_FORMAT " before\n",
		number_of(bug, "after"), number_of(bug, "before"));
	attempts_print(bug);
}

static void change_print(const json_t *change)
{
	const char *was = text_of(change, "old_title"), *is = text_of(change, "new_title");
	printf("%" JSON_INTEGER_FORMAT " × %s ", number_of(change, "count"),
		text_of(change, "kind"));
	if (was[0] != '\0') {
		printf("'%s'", was);
	}
	if (is[0] != '\0' && strcmp(is, was) != 0) {
		printf("%s'%s'", was[0] == '\0' ? "" : " → ", is);
	}
	printf("\n");
	attempts_print(change);
}

static void found_print(const json_t *found)
{
	const bool is_applied = json_is_true(json_object_get(found, "applied"));
	const json_t *n = json_object_get(found, "occurrences");
	printf("%" JSON_INTEGER_FORMAT " consoles and %" JSON_INTEGER_FORMAT
	       " build logs read again, %" JSON_INTEGER_FORMAT " and %" JSON_INTEGER_FORMAT
	       " of them read otherwise: %" JSON_INTEGER_FORMAT
	       " occurrences added, %" JSON_INTEGER_FORMAT " removed, %" JSON_INTEGER_FORMAT
	       " retitled, %" JSON_INTEGER_FORMAT
	       " in another bug under the same title; of %" JSON_INTEGER_FORMAT
	       " only details differ\n",
		number_of(found, "consoles"), number_of(found, "logs"),
		number_of(found, "consoles_changed"), number_of(found, "logs_changed"),
		number_of(n, "added"), number_of(n, "removed"), number_of(n, "retitled"),
		number_of(n, "moved"), number_of(n, "rewritten"));
	size_t i;
	json_t *item;
	json_array_foreach(json_object_get(found, "bugs"), i, item)
	{
		bug_print(item, is_applied);
	}
	json_array_foreach(json_object_get(found, "changes"), i, item)
	{
		change_print(item);
	}
	printf(is_applied ? "this is done\n" : "nothing was changed: --apply does it\n");
}

static void older_print(const json_t *older, FILE *out)
{
	const json_t *logs = json_object_get(older, "logs");
	fprintf(out,
		"of %" JSON_INTEGER_FORMAT " consoles %" JSON_INTEGER_FORMAT
		" were read by an older reader, this one is version %d; of %" JSON_INTEGER_FORMAT
		" build logs %" JSON_INTEGER_FORMAT ", and that one is version %d\n",
		number_of(older, "consoles"), number_of(older, "older"), CONSOLE_READER_VERSION,
		number_of(logs, "logs"), number_of(logs, "older"), BUILDLOG_READER_VERSION);
}

static int answer_print(struct db *db, const struct reread *pass, const struct reread_count *count,
	const char *older, bool is_json)
{
	_free_ char *text = NULL;
	if (reread_show(db, pass, &text) != 0) {
		return EXIT_FAILURE;
	}
	_json_ json_t *found = json_loads(text, 0, NULL), *before = json_loads(older, 0, NULL);
	if (is_json) {
		json_object_set(found, "before", before);
		json_object_set_new(found, "failed", json_integer(count->failed));
		json_object_set_new(found, "busy", json_integer(count->busy));
		json_dumpf(found, stdout, JSON_COMPACT);
		putchar('\n');
	} else {
		older_print(before, stdout);
		found_print(found);
	}
	if (count->failed + count->busy > 0) {
		fprintf(stderr,
			"what %" PRId64 " attempts said could not be read, at %" PRId64
			" a server was just then: begin again for these\n",
			count->failed, count->busy);
	}
	return fflush(stdout) == 0 && count->failed + count->busy == 0 ? EXIT_SUCCESS
								       : EXIT_FAILURE;
}

static int pass_run(struct db *db, struct reread *pass, struct reread_count *count)
{
	int64_t told_ns = number_monotonic_ns();
	size_t n = 1;
	int outcome = 0;
	while (outcome == 0 && n > 0) {
		outcome = reread_batch(db, pass, count, &n);
		if (number_monotonic_ns() - told_ns > TELL_NS) {
			told_ns = number_monotonic_ns();
			fprintf(stderr, "%" PRId64 " attempts, up to number %" PRId64 "\n",
				count->read, pass->last_attempt_id);
		}
	}
	if (outcome == 0) {
		return reread_end(db, pass);
	}
	fprintf(stderr, "stopped behind attempt %" PRId64 "; begun again, it goes on there\n",
		pass->last_attempt_id);
	return outcome;
}

int command_reread(const struct config *config, int argc, char **argv)
{
	_free_ char *actor = actor_name();
	struct reread_wish wish = {.actor = actor};
	bool is_json = false;
	if (wish_read(argc, argv, &wish, &is_json) != 0) {
		return USAGE;
	}
	_db_ struct db *db = NULL;
	_free_ char *older = NULL;
	struct reread pass = {.wish = &wish,
		.version = CONSOLE_READER_VERSION,
		.build_version = BUILDLOG_READER_VERSION};
	struct reread_count count = {0};
	if (db_open(config->database, WAIT_S, &db) != 0 || reread_older(db, &pass, &older) != 0) {
		return EXIT_FAILURE;
	}
	const int outcome = reread_begin(db, &pass);
	if (outcome > 0) {
		fprintf(stderr, "%s\n",
			outcome == REREAD_BUSY ? "another reread is under way" : db_refusal(db));
	}
	if (outcome != 0 || pass_run(db, &pass, &count) != 0) {
		return EXIT_FAILURE;
	}
	return answer_print(db, &pass, &count, older, is_json);
}
