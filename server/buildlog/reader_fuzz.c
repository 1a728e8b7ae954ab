/* Any bytes are a build log: the answer is the same however they come in pieces, and plain text. */
#include "buildlog/buildlog.h"

#include "shared/cleanup.h"
#include "shared/fuzz.h"

static void check_text(const char *text, size_t limit)
{
	const size_t n = strnlen(text, limit);
	fuzz_must(n < limit, "a string has an end");
	for (size_t i = 0; i < n; i++) {
		fuzz_must(text[i] >= ' ' && text[i] < 0x7f, "a string is plain ASCII");
	}
}

static void check_finding(const struct buildlog_finding *f, size_t size, bool has_failed)
{
	check_text(f->title, sizeof(f->title));
	check_text(f->file, sizeof(f->file));
	check_text(f->unit, sizeof(f->unit));
	fuzz_must(strncmp(f->title, f->is_error ? "build error: " : "build warning: ", 12) == 0,
		"a title says what it is");
	fuzz_must(f->start_bytes <= f->end_bytes && f->end_bytes <= size, "it lies in the log");
	fuzz_must(f->times > 0, "it was said");
	fuzz_must(has_failed || !f->is_error, "a build that went on has no error");
}

static void check_whole(const struct buildlog *log, size_t size, bool has_failed)
{
	size_t errors = 0;
	for (size_t i = 0; buildlog_finding(log, i) != NULL; i++) {
		check_finding(buildlog_finding(log, i), size, has_failed);
		errors += buildlog_finding(log, i)->is_error;
		for (size_t k = 0; k < i; k++) {
			fuzz_must(strcmp(buildlog_finding(log, i)->title,
					  buildlog_finding(log, k)->title) != 0,
				"a title comes once");
		}
	}
	fuzz_must(!has_failed || errors > 0, "a build that failed has a reason");
	for (size_t i = 0; buildlog_object(log, i) != NULL; i++) {
		check_text(buildlog_object(log, i), BUILDLOG_NAME);
	}
}

static void check_same(const struct buildlog *a, const struct buildlog *b)
{
	size_t i = 0;
	for (; buildlog_finding(a, i) != NULL && buildlog_finding(b, i) != NULL; i++) {
		fuzz_must(memcmp(buildlog_finding(a, i), buildlog_finding(b, i),
				  sizeof(struct buildlog_finding)) == 0,
			"pieces read as the whole");
	}
	fuzz_must(buildlog_finding(a, i) == buildlog_finding(b, i), "as many findings");
	for (i = 0; buildlog_object(a, i) != NULL && buildlog_object(b, i) != NULL; i++) {
		fuzz_must(
			strcmp(buildlog_object(a, i), buildlog_object(b, i)) == 0, "same objects");
	}
	fuzz_must(buildlog_object(a, i) == NULL && buildlog_object(b, i) == NULL, "as many");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	_free_ char *copy = fuzz_copy(bytes, size);
	struct fuzz_numbers numbers = fuzz_numbers_of(bytes, size);
	const char *why = size % 2 == 0 ? "it failed" : NULL;
	struct buildlog *whole = buildlog_new();
	struct buildlog *pieces = buildlog_new();
	buildlog_feed(whole, copy, size);
	for (size_t at = 0; at < size;) {
		const size_t n = fuzz_piece(&numbers, size - at);
		_free_ char *piece = fuzz_copy(copy + at, n);
		buildlog_feed(pieces, piece, n);
		at += n;
	}
	buildlog_finish(whole, why);
	buildlog_finish(pieces, why);
	check_whole(whole, size, why != NULL);
	check_same(whole, pieces);
	buildlog_free(whole);
	buildlog_free(pieces);
	return 0;
}
