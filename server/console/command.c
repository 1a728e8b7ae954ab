/* The offline reader. Files of the field's own test format are understood too: "KEY: value" lines,
 * an empty line, the console, perhaps "REPORT:" and what another reader made of it. */
#include "console/command.h"

#include "console/json.h"
#include "console/text.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PIECE_BYTES = 64 * 1024,
	CASE_BYTES = 16 * 1024 * 1024,       /* of a file in test format, which is read whole */
	MEMORY_STEP_BYTES = 8 * 1024 * 1024, /* asked of the system at a time, and kept from file
						to file: reports live as long as their console */
};

static const char *const case_keys[] = {
	"#",
	"ALT: ",
	"CORRUPTED: ",
	"END: ",
	"EXECUTOR: ",
	"FILE: ",
	"FRAME: ",
	"HAS: ",
	"PANICKED: ",
	"START: ",
	"SUPPRESSED: ",
	"TITLE: ",
	"TYPE: ",
};

static bool is_case_line(const char *line)
{
	for (size_t i = 0; i < sizeof(case_keys) / sizeof(case_keys[0]); i++) {
		if (strncmp(line, case_keys[i], strlen(case_keys[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* The size of a test file's header; 0 for any other file. `bytes` end with a zero. */
static size_t header_size(const char *bytes)
{
	const char *at = bytes;
	while (is_case_line(at)) {
		const char *newline = strchr(at, '\n');
		if (newline == NULL) {
			return 0;
		}
		at = newline + 1;
	}
	return at > bytes && *at == '\n' ? (size_t)(at + 1 - bytes) : 0;
}

static size_t read_piece(FILE *file, char *bytes, size_t size)
{
	return fread(bytes, 1, size, file);
}

/* The rest of a test file: its console ends where the expected report begins. */
static void feed_case(struct console_reader *reader, FILE *file, const char *head, size_t size)
{
	_free_ char *bytes = alloc_zero(1, CASE_BYTES);
	memcpy(bytes, head, size);
	size += read_piece(file, bytes + size, CASE_BYTES - size);
	const char mark[] = "\nREPORT:\n";
	const char *cut = NULL;
	for (const char *at = bytes;
		(at = memmem(at, size - (size_t)(at - bytes), mark, strlen(mark)));) {
		cut = at++;
	}
	console_reader_feed(reader, bytes, cut == NULL ? size : (size_t)(cut - bytes));
}

static struct console_reader *read_file(FILE *file)
{
	struct console_reader *reader = console_reader_new();
	_free_ char *bytes = alloc_zero(1, PIECE_BYTES + 1);
	size_t size = read_piece(file, bytes, PIECE_BYTES);
	size_t header = header_size(bytes);
	if (header > 0) {
		feed_case(reader, file, bytes + header, size - header);
	}
	while (header == 0 && size > 0) {
		console_reader_feed(reader, bytes, size);
		size = read_piece(file, bytes, PIECE_BYTES);
	}
	console_reader_finish(reader);
	return reader;
}

static const char *last_two_parts(const char *path)
{
	const char *name = path + strlen(path);
	for (int slashes = 0; name > path; name--) {
		slashes += name[-1] == '/' ? 1 : 0;
		if (slashes == 2) {
			break;
		}
	}
	return name;
}

static void print_json(
	struct report_json *json, const char *name, const struct console_report *report, size_t n)
{
	_free_ char *own = n == 0 ? alloc_copy(name) : alloc_format("%s#%zu", name, n + 1);
	puts(report_json(json, report, "name", own));
}

static int print_file(const char *path, bool is_text)
{
	bool is_stdin = strcmp(path, "-") == 0;
	_file_ FILE *opened = is_stdin ? NULL : fopen(path, "rb");
	if (!is_stdin && opened == NULL) {
		return log_errno("cannot open '%s'", path);
	}
	FILE *file = is_stdin ? stdin : opened;
	_report_json_ struct report_json *json = report_json_new();
	struct console_reader *reader = read_file(file);
	int status = ferror(file) ? log_errno("cannot read '%s'", path) : 0;
	size_t count = console_reader_count(reader);
	for (size_t i = 0; i < count || i == 0; i++) {
		const struct console_report *report = console_reader_report(reader, i);
		if (is_text) {
			console_report_print(stdout, last_two_parts(path), report);
		} else {
			print_json(json, last_two_parts(path), report, i);
		}
	}
	if (console_reader_lost(reader) > 0) {
		log_warning("'%s' holds %zu reports more than are read", path,
			console_reader_lost(reader));
	}
	console_reader_free(reader);
	return status;
}

int console_command(int argc, char **argv)
{
	static char buffer[PIECE_BYTES];
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	mallopt(M_TOP_PAD, MEMORY_STEP_BYTES);
	int at = 1;
	bool is_text = argc > 1 && strcmp(argv[1], "--text") == 0;
	at += is_text ? 1 : 0;
	if (at < argc && argv[at][0] == '-' && argv[at][1] != '\0') {
		fputs("use: faultline-server console [--text] [FILE…]\n", stderr);
		return 2;
	}
	int status = at == argc ? print_file("-", is_text) : 0;
	for (; at < argc; at++) {
		status = print_file(argv[at], is_text) < 0 ? -1 : status;
	}
	return status < 0 || fflush(stdout) != 0 ? 1 : 0;
}
