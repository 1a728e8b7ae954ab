/* Any bytes are a console: read whole, and cut into pieces and looked at in between, they must give
 * the same reports, and what was once final must stay. Inputs change by lines, since that is what
 * consoles are made of. */
#include "console/boot.h"
#include "console/console.h"
#include "console/json.h"
#include "console/limits.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/fuzz.h"

#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t room);

/* What a report said of itself when it was final. */
struct promised {
	uint64_t start_bytes;
	char *title;
	char *type;
};

enum { PROMISED_MAX = 64 };

struct promises {
	struct promised all[PROMISED_MAX];
	size_t n;
};

static const struct console_report *report_at(struct console_reader *reader, uint64_t start_bytes)
{
	size_t n = console_reader_count(reader);
	for (size_t i = 0; i < n; i++) {
		const struct console_report *report = console_reader_report(reader, i);
		if (report->start_bytes == start_bytes) {
			return report;
		}
	}
	return NULL;
}

static bool is_promised(const struct promises *promises, uint64_t start_bytes)
{
	for (size_t i = 0; i < promises->n; i++) {
		if (promises->all[i].start_bytes == start_bytes) {
			return true;
		}
	}
	return false;
}

static void check_report(const struct console_report *report, uint64_t before, size_t size)
{
	fuzz_must(report->title != NULL && *report->title != '\0', "a report has a title");
	fuzz_must(report->type != NULL, "a report's type is a text");
	fuzz_must(report->lead_bytes <= report->start_bytes, "lead <= start");
	fuzz_must(report->start_bytes < report->end_bytes, "start < end");
	fuzz_must(report->end_bytes <= size, "a report ends within the console");
	fuzz_must(report->start_bytes >= before, "reports stand in the order of their beginnings");
	fuzz_must(report->n_frames <= LIMIT_FRAMES, "no more frames than the limit");
	fuzz_must(report->is_corrupted == (report->corrupted_why != NULL), "corrupted has a why");
	for (size_t i = 1; i < report->n_alts; i++) {
		fuzz_must(strcmp(report->alts[i - 1], report->alts[i]) < 0, "alts are sorted");
	}
	for (size_t i = 0; i < report->n_frames; i++) {
		fuzz_must(report->frames[i].function != NULL, "a frame has a function");
	}
}

static void check_reports(struct console_reader *reader, size_t size)
{
	size_t n = console_reader_count(reader);
	uint64_t before = 0;
	for (size_t i = 0; i < n; i++) {
		const struct console_report *report = console_reader_report(reader, i);
		fuzz_must(report != NULL, "as many reports as were counted");
		check_report(report, before, size);
		before = report->start_bytes;
	}
	fuzz_must(console_reader_report(reader, n) == NULL, "no more reports than were counted");
}

/* A look at a console that is still arriving. */
static void look(struct console_reader *reader, struct promises *promises, size_t fed)
{
	check_reports(reader, fed);
	size_t n = console_reader_count(reader);
	for (size_t i = 0; i < n && promises->n < PROMISED_MAX; i++) {
		const struct console_report *report = console_reader_report(reader, i);
		if (report->is_final && !is_promised(promises, report->start_bytes)) {
			promises->all[promises->n++] = (struct promised){report->start_bytes,
				alloc_copy(report->title), alloc_copy(report->type)};
		}
	}
}

static void check_promises(struct console_reader *reader, struct promises *promises)
{
	for (size_t i = 0; i < promises->n; i++) {
		struct promised *promised = &promises->all[i];
		const struct console_report *report = report_at(reader, promised->start_bytes);
		fuzz_must(report != NULL, "a final report stays");
		fuzz_must(strcmp(report->title, promised->title) == 0, "a final title stays");
		fuzz_must(strcmp(report->type, promised->type) == 0, "a final type stays");
		free(promised->title);
		free(promised->type);
	}
}

static struct console_reader *read_in_pieces(const uint8_t *bytes, size_t size)
{
	struct console_reader *reader = console_reader_new();
	struct fuzz_numbers numbers = fuzz_numbers_of(bytes, size);
	struct promises promises = {.n = 0};
	for (size_t at = 0; at < size;) {
		size_t piece = fuzz_piece(&numbers, size - at);
		_free_ char *copy = fuzz_copy(bytes + at, piece);
		console_reader_feed(reader, copy, piece);
		at += piece;
		if (fuzz_below(&numbers, 4) == 0) {
			look(reader, &promises, at);
		}
	}
	console_reader_finish(reader);
	check_promises(reader, &promises);
	return reader;
}

static void check_same(struct console_reader *whole, struct console_reader *cut)
{
	size_t n = console_reader_count(whole);
	fuzz_must(console_reader_count(cut) == n, "as many reports however it was cut");
	fuzz_must(console_reader_lost(cut) == console_reader_lost(whole), "as many lost");
	_report_json_ struct report_json *json_a = report_json_new();
	_report_json_ struct report_json *json_b = report_json_new();
	for (size_t i = 0; i < n; i++) {
		const struct console_report *report = console_reader_report(whole, i);
		const char *a = report_json(json_a, report, NULL, NULL);
		const char *b = report_json(json_b, console_reader_report(cut, i), NULL, NULL);
		fuzz_must(report->is_final, "the end is final");
		if (strcmp(a, b) != 0) {
			fprintf(stderr, "%s\n%s\n", a, b);
			fuzz_must(false, "the same report however it was cut");
		}
	}
}

/* What a console of a failed boot is called. */
static void check_boot(const uint8_t *bytes, size_t size)
{
	_free_ char *copy = fuzz_copy(bytes, size);
	struct console_boot boot;
	console_boot(copy, size, "", &boot);
	fuzz_must(strncmp(boot.title, "boot: ", 6) == 0, "a failed boot has a title");
	fuzz_must(strnlen(boot.title, sizeof(boot.title)) < sizeof(boot.title), "with an end");
	fuzz_must(boot.start <= size, "its lines are the console's");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct console_reader *whole = console_read(bytes, size);
	check_reports(whole, size);
	struct console_reader *cut = read_in_pieces(bytes, size);
	check_same(whole, cut);
	console_reader_free(whole);
	console_reader_free(cut);
	check_boot(bytes, size);
	return 0;
}

/* Some line of the input, its newline with it. */
struct span {
	size_t at;
	size_t size;
};

static struct span pick_line(struct fuzz_numbers *numbers, const uint8_t *bytes, size_t size)
{
	size_t at = fuzz_below(numbers, size);
	const uint8_t *start = memrchr(bytes, '\n', at);
	const uint8_t *end = memchr(bytes + at, '\n', size - at);
	size_t first = start == NULL ? 0 : (size_t)(start + 1 - bytes);
	return (struct span){first, (end == NULL ? size : (size_t)(end + 1 - bytes)) - first};
}

/* A copy of one line, or of some that follow it, at the beginning of another. */
static size_t repeat_line(struct fuzz_numbers *numbers, uint8_t *bytes, size_t size, size_t room)
{
	struct span from = pick_line(numbers, bytes, size);
	size_t to = pick_line(numbers, bytes, size).at;
	if (fuzz_below(numbers, 2) == 0) {
		struct span last = pick_line(numbers, bytes, size);
		from.size = last.at > from.at ? last.at - from.at : from.size;
	}
	if (from.size > room - size) {
		return size;
	}
	_free_ char *lines = fuzz_copy(bytes + from.at, from.size);
	memmove(bytes + to + from.size, bytes + to, size - to);
	memcpy(bytes + to, lines, from.size);
	return size + from.size;
}

static size_t drop_line(struct fuzz_numbers *numbers, uint8_t *bytes, size_t size)
{
	struct span gone = pick_line(numbers, bytes, size);
	memmove(bytes + gone.at, bytes + gone.at + gone.size, size - gone.at - gone.size);
	return size - gone.size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room, unsigned seed)
{
	struct fuzz_numbers numbers = {seed * 2654435761u | 1};
	fuzz_below(&numbers, 1);
	switch (size == 0 ? 4 : fuzz_below(&numbers, 6)) {
	case 0:
	case 1:
		return repeat_line(&numbers, bytes, size, room);
	case 2:
		return drop_line(&numbers, bytes, size);
	default:
		return LLVMFuzzerMutate(bytes, size, room);
	}
}
