/* A window of an attempt's console, as lines. Consoles may have any size and hold any bytes: a
 * window is cut at line ends, and neither lines nor their number grow without limit. */
#include "http/page_console.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "http/console_search.h"
#include "http/page_report.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/stream.h"
#include "store/utf8.h"

enum {
	CONSOLE_LINES_MAX = 2000,
	CONSOLE_LINE_BYTES = 4096,
	CONSOLE_FOLD_MIN = 20,         /* lines */
	CONSOLE_COUNT_BYTES = 2 << 20, /* so far lines are counted from the start */
};

struct window {
	struct db *db;
	const json_t *reports;
	int64_t attempt_id;
	int64_t size;   /* of the console */
	int64_t offset; /* of bytes[0] */
	char *bytes;
	size_t length;
	int64_t lines_before; /* negative: not counted */
};

static int64_t count_newlines(const char *bytes, size_t size)
{
	int64_t n = 0;
	const char *end = bytes + size;
	for (const char *at = bytes; at < end; at++) {
		at = memchr(at, '\n', (size_t)(end - at));
		if (at == NULL) {
			break;
		}
		n++;
	}
	return n;
}

static int count_before(struct window *w)
{
	w->lines_before = w->offset > CONSOLE_COUNT_BYTES ? -1 : 0;
	int64_t at = 0;
	while (w->lines_before >= 0 && at < w->offset) {
		_free_ char *bytes = NULL;
		size_t n = 0;
		const int64_t left = w->offset - at;
		const size_t want = left < STREAM_CHUNK_MAX ? (size_t)left : STREAM_CHUNK_MAX;
		const int fault =
			stream_read(w->db, w->attempt_id, "console", at, want, &bytes, &n);
		if (fault != 0 || n == 0) {
			return fault;
		}
		w->lines_before += count_newlines(bytes, n);
		at += (int64_t)n;
	}
	return 0;
}

/* Moves the window's start behind a line that began before it. */
static int window_begin(struct window *w)
{
	if (w->offset > 0) {
		char before = '\n';
		_free_ char *byte = NULL;
		size_t n = 0;
		const int fault =
			stream_read(w->db, w->attempt_id, "console", w->offset - 1, 1, &byte, &n);
		if (fault != 0) {
			return fault;
		}
		before = n == 1 ? byte[0] : before;
		const char *newline = memchr(w->bytes, '\n', w->length);
		if (before != '\n' && newline != NULL) {
			const size_t skip = (size_t)(newline + 1 - w->bytes);
			memmove(w->bytes, w->bytes + skip, w->length - skip);
			w->length -= skip;
			w->offset += (int64_t)skip;
		}
	}
	return count_before(w);
}

/* Is the line part of a report? *starts: one begins here. *places: of that report's frames. */
static bool in_report(
	const json_t *reports, int64_t offset, int64_t end, bool *starts, const json_t **places)
{
	bool is_in = false;
	*starts = false;
	size_t i;
	const json_t *report;
	json_array_foreach((json_t *)reports, i, report)
	{
		const int64_t low = json_integer_value(json_object_get(report, "start"));
		const int64_t high = json_integer_value(json_object_get(report, "end"));
		const bool is_here = offset < high && end > low;
		*places = is_here ? json_object_get(report, "places") : *places;
		is_in = is_in || is_here;
		*starts = *starts || (offset <= low && end > low);
	}
	return is_in;
}

static json_t *line_json(const struct window *w, size_t start, size_t end, size_t index)
{
	_free_ char *text = utf8_plain(w->bytes + start, end - start, CONSOLE_LINE_BYTES);
	const int64_t offset = w->offset + (int64_t)start;
	bool starts = false;
	const json_t *places = NULL;
	const bool is_in =
		in_report(w->reports, offset, w->offset + (int64_t)end + 1, &starts, &places);
	_free_ char *number = w->lines_before < 0 ? alloc_format("+%zu", index + 1)
						  : alloc_format("%" PRId64,
							    w->lines_before + (int64_t)index + 1);
	return json_pack("{s:s,s:I,s:s,s:b,s:b,s:O?}", "number", number, "offset",
		(json_int_t)offset, "text", text, "is_report", is_in, "starts_report", starts,
		"place", report_place(places, text));
}

/* The lines of the window; answers the offset behind the last one. */
static int64_t lines_add(const struct window *w, json_t *lines)
{
	size_t at = 0;
	size_t index = 0;
	while (at < w->length && index < CONSOLE_LINES_MAX) {
		const char *newline = memchr(w->bytes + at, '\n', w->length - at);
		const bool is_last = w->offset + (int64_t)w->length >= w->size;
		if (newline == NULL && !is_last && at > 0) {
			break; /* goes on behind the window */
		}
		const size_t end = newline == NULL ? w->length : (size_t)(newline - w->bytes);
		json_array_append_new(lines, line_json(w, at, end, index++));
		at = newline == NULL ? end : end + 1;
	}
	return w->offset + (int64_t)at;
}

/* The kernel's own start is folded away: up to where it hands over to the guest, unless it holds a
 * report. Lines taken from `lines`; NULL: nothing to fold. */
static json_t *boot_fold(json_t *lines)
{
	size_t i;
	size_t end = 0;
	const json_t *line;
	json_array_foreach(lines, i, line)
	{
		if (json_is_true(json_object_get(line, "is_report"))) {
			break;
		}
		if (strstr(json_string_value(json_object_get(line, "text")), " as init process") !=
			NULL) {
			end = i + 1;
			break;
		}
	}
	if (end < CONSOLE_FOLD_MIN) {
		return NULL;
	}
	json_t *boot = json_array();
	for (i = 0; i < end; i++) {
		json_array_append(boot, json_array_get(lines, 0));
		json_array_remove(lines, 0);
	}
	return json_pack("{s:I, s:o}", "count", (json_int_t)end, "lines", boot);
}

static int search_add(struct request *req, struct db *db, int64_t attempt_id, json_t *page)
{
	const char *words = request_argument(req, "q");
	if (words == NULL || words[0] == '\0') {
		return 0;
	}
	json_t *found = NULL;
	bool is_cut = false;
	const int fault = console_search(db, attempt_id, words, &found, &is_cut);
	if (fault == 0) {
		const size_t count = json_array_size(found);
		json_object_set_new(page, "q", json_string(words));
		json_object_set_new(page, "found",
			json_pack("{s:o, s:I, s:b, s:b}", "lines", found, "count",
				(json_int_t)count, "is_cut", is_cut, "is_none", count == 0));
	}
	return fault;
}

int page_console_add(struct request *req, struct db *db, json_t *page)
{
	const size_t room = (size_t)json_integer_value(json_object_get(page, "window_bytes"));
	struct window w = {.db = db,
		.reports = json_object_get(page, "reports"),
		.attempt_id = json_integer_value(json_object_get(page, "id")),
		.size = json_integer_value(json_object_get(page, "size_bytes")),
		.offset = json_integer_value(json_object_get(page, "offset"))};
	const int64_t asked = w.offset;
	_free_ char *bytes = NULL;
	int fault = stream_read(db, w.attempt_id, "console", w.offset, room, &bytes, &w.length);
	w.bytes = bytes;
	if (fault == 0) {
		fault = window_begin(&w);
	}
	if (fault == 0) {
		fault = search_add(req, db, w.attempt_id, page);
	}
	if (fault != 0) {
		return fault;
	}
	json_t *lines = json_array();
	const int64_t next = lines_add(&w, lines);
	json_t *boot = asked == 0 ? boot_fold(lines) : NULL;
	json_object_set_new(page, "boot", boot == NULL ? json_null() : boot);
	const int64_t previous = asked > (int64_t)room ? asked - (int64_t)room : 0;
	json_object_set_new(page, "lines", lines);
	json_object_set_new(page, "next_offset", next < w.size ? json_integer(next) : json_null());
	json_object_set_new(
		page, "previous_offset", asked > 0 ? json_integer(previous) : json_null());
	return 0;
}
