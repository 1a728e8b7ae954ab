/* samples/cases: short consoles with the answers they must give, in the field's own test format:
 * "KEY: value" lines (TITLE for each report, the other keys for the first; HAS, which is ours:
 * members that its JSON must have), an empty line, the console. A new format comes with a case. */
#include "console/console.h"
#include "console/json.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <glob.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { CASE_BYTES = 256 * 1024, ALTS_MAX = 16 };

struct expected {
	const char *titles[ALTS_MAX];
	size_t n_titles;
	const char *alts[ALTS_MAX];
	size_t n_alts;
	const char *type;
	const char *file;
	const char *has; /* "": nothing more */
	bool is_corrupted;
	bool is_panicked;
};

/* Splits the header off; strings point into `bytes`. Answers where the console begins. */
static char *read_header(char *bytes, struct expected *out)
{
	*out = (struct expected){.type = "", .file = "", .has = ""};
	char *line = bytes;
	while (*line != '\n') {
		char *newline = strchr(line, '\n');
		assert_non_null(newline);
		*newline = '\0';
		if (strncmp(line, "TITLE: ", 7) == 0) {
			out->titles[out->n_titles++] = line + 7;
		} else if (strncmp(line, "ALT: ", 5) == 0) {
			out->alts[out->n_alts++] = line + 5;
		} else if (strncmp(line, "TYPE: ", 6) == 0) {
			out->type = line + 6;
		} else if (strncmp(line, "FILE: ", 6) == 0) {
			out->file = line + 6;
		} else if (strncmp(line, "HAS: ", 5) == 0) {
			out->has = line + 5;
		} else if (strcmp(line, "CORRUPTED: Y") == 0) {
			out->is_corrupted = true;
		} else if (strcmp(line, "PANICKED: Y") == 0) {
			out->is_panicked = true;
		} else {
			fail_msg("unknown key: %s", line);
		}
		line = newline + 1;
		assert_true(out->n_titles < ALTS_MAX && out->n_alts < ALTS_MAX);
	}
	return line + 1;
}

/* Members that `got` has besides do not matter; null: it has none of that name. */
static bool is_within(json_t *wanted, json_t *got)
{
	const char *key;
	json_t *value;
	if (!json_is_object(wanted)) {
		return json_is_null(wanted) ? got == NULL : json_equal(wanted, got);
	}
	json_object_foreach(wanted, key, value)
	{
		if (!is_within(value, json_object_get(got, key))) {
			return false;
		}
	}
	return true;
}

static void check_has(const struct console_report *report, const char *has)
{
	_report_json_ struct report_json *json = report_json_new();
	const char *line = report_json(json, report, NULL, NULL);
	_json_ json_t *wanted = json_loads(has, 0, NULL);
	_json_ json_t *got = json_loads(line, 0, NULL);
	assert_non_null(wanted);
	if (!is_within(wanted, got)) {
		fail_msg("%s is not in %s", has, line);
	}
}

static void check_first(const struct console_report *report, const struct expected *want)
{
	assert_string_equal(report->type, want->type);
	assert_string_equal(report->file == NULL ? "" : report->file, want->file);
	assert_int_equal(report->is_panicked, want->is_panicked);
	if (*want->has != '\0') {
		check_has(report, want->has);
	}
	if (report->is_corrupted != want->is_corrupted) {
		fail_msg("corrupted: %s", report->is_corrupted ? report->corrupted_why : "no");
	}
	assert_int_equal(report->n_alts, want->n_alts);
	for (size_t i = 0; i < want->n_alts; i++) {
		assert_string_equal(report->alts[i], want->alts[i]);
	}
}

static void check(const char *path)
{
	size_t size;
	_free_ char *bytes = NULL;
	assert_int_equal(file_read(path, CASE_BYTES, &bytes, &size), 0);
	struct expected want;
	char *console = read_header(bytes, &want);
	struct console_reader *reader = console_read(console, size - (size_t)(console - bytes));
	for (size_t i = 0; i < want.n_titles; i++) {
		const struct console_report *report = console_reader_report(reader, i);
		assert_string_equal(report == NULL ? "" : report->title, want.titles[i]);
	}
	assert_int_equal(console_reader_count(reader), want.n_titles);
	if (want.n_titles > 0) {
		check_first(console_reader_report(reader, 0), &want);
	}
	console_reader_free(reader);
}

static void each_case(void (*run)(const char *path))
{
	glob_t found;
	assert_int_equal(glob("server/console/samples/cases/*", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		print_message("# %s\n", found.gl_pathv[i]);
		run(found.gl_pathv[i]);
	}
	globfree(&found);
}

static void cases_give_the_answers_they_state(void **state)
{
	(void)state;
	each_case(check);
}

static char *describe(struct console_reader *reader)
{
	_report_json_ struct report_json *json = report_json_new();
	char *all = alloc_format("%zu lost\n", console_reader_lost(reader));
	size_t n = console_reader_count(reader);
	for (size_t i = 0; i < n; i++) {
		_free_ char *before = all;
		all = alloc_format("%s%s\n", before,
			report_json(json, console_reader_report(reader, i), NULL, NULL));
	}
	return all;
}

/* Reads bytes[0..size) with a cut, and a look at what is there so far, at `cut`. */
static void check_cut(const char *bytes, size_t size, size_t cut, const char *wanted)
{
	struct console_reader *reader = console_reader_new();
	console_reader_feed(reader, bytes, cut);
	size_t n = console_reader_count(reader);
	for (size_t i = 0; i < n; i++) {
		assert_non_null(console_reader_report(reader, i));
	}
	console_reader_feed(reader, bytes + cut, size - cut);
	console_reader_finish(reader);
	_free_ char *got = describe(reader);
	assert_string_equal(got, wanted);
	console_reader_free(reader);
}

/* At every line, and at places within lines that a prime number spreads. */
static void check_cuts(const char *path)
{
	enum { STRIDE = 61 };
	size_t size;
	_free_ char *bytes = NULL;
	assert_int_equal(file_read(path, CASE_BYTES, &bytes, &size), 0);
	struct expected want;
	char *console = read_header(bytes, &want);
	size -= (size_t)(console - bytes);
	struct console_reader *whole = console_read(console, size);
	_free_ char *wanted = describe(whole);
	console_reader_free(whole);
	for (size_t at = 1; at < size; at++) {
		if (console[at - 1] == '\n' || at % STRIDE == 0) {
			check_cut(console, size, at, wanted);
		}
	}
}

static void cases_may_be_cut_anywhere(void **state)
{
	(void)state;
	each_case(check_cuts);
}

/* A log that ends, or begins, within a report says no more than the whole. Without the stamps of
 * the kernel's beginning a program's words may pass for its own. */
static void check_fragments(const char *path)
{
	size_t size;
	_free_ char *bytes = NULL;
	assert_int_equal(file_read(path, CASE_BYTES, &bytes, &size), 0);
	struct expected want;
	char *console = read_header(bytes, &want);
	size -= (size_t)(console - bytes);
	for (size_t at = 1; at < size; at++) {
		if (console[at - 1] == '\n') {
			struct console_reader *front = console_read(console, at);
			struct console_reader *back = console_read(console + at, size - at);
			assert_in_range(console_reader_count(front), 0, want.n_titles);
			if (want.n_titles > 0) {
				assert_in_range(console_reader_count(back), 0, want.n_titles);
			}
			console_reader_free(front);
			console_reader_free(back);
		}
	}
}

static void fragments_are_read_too(void **state)
{
	(void)state;
	each_case(check_fragments);
}

/* Where the kernel keeps who owns a page, two stacks stand between its dump and the report. */
static void a_page_dump_reaches_over_its_owners_stacks(void **state)
{
	(void)state;
	size_t size;
	_free_ char *bytes = NULL;
	const char *path = "server/console/samples/cases/power-folio-with-owner";
	assert_int_equal(file_read(path, CASE_BYTES, &bytes, &size), 0);
	struct expected want;
	char *console = read_header(bytes, &want);
	struct console_reader *reader = console_read(console, size - (size_t)(console - bytes));
	const struct console_report *report = console_reader_report(reader, 0);
	assert_int_equal(report->lead_bytes, 0);
	assert_non_null(report->page);
	assert_string_equal(report->page->dentry, "my file.txt");
	assert_int_equal(report->page->order, 4);
	assert_int_equal(report->page->pages_mapped, 1);
	console_reader_free(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_give_the_answers_they_state),
		cmocka_unit_test(cases_may_be_cut_anywhere),
		cmocka_unit_test(fragments_are_read_too),
		cmocka_unit_test(a_page_dump_reaches_over_its_owners_stacks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
