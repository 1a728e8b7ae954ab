/* The source files that a report's lines name, its header's among them, in their order. */
#include "console/report.h"
#include "console/source.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 128 /* places considered of one report; the guilty one stands far before */ };

/* Lockdep's bookkeeping names files that have nothing to do with the crash. */
static bool is_bookkeeping(struct text line)
{
	return match_line("irqs last {enabled|disabled} at\nregistered at", line, NULL);
}

/* "f.c:12", "f.h:12", "f.rs:12": most lines name no file, and show it at the first look. */
static bool is_source(const char *colon, const struct text *line)
{
	size_t before = (size_t)(colon - line->at);
	size_t behind = line->size - before;
	bool is_c = before > 3 && colon[-2] == '.' && strchr("chS", colon[-1]) != NULL;
	bool is_rust = before > 4 && memcmp(colon - 3, ".rs", 3) == 0;
	return behind > 1 && colon[1] >= '0' && colon[1] <= '9' && (is_c || is_rust);
}

/* The first file that a line names; size 0 for none. */
static struct text find_file(struct text line)
{
	const char *end = line.at + line.size;
	const char *colon = line.at;
	while ((colon = memchr(colon, ':', (size_t)(end - colon))) != NULL) {
		if (is_source(colon, &line)) {
			const char *at = colon;
			while (at > line.at && (isalnum((unsigned char)at[-1]) ||
						       strchr("_-./", at[-1]) != NULL)) {
				at--;
			}
			return (struct text){at, (size_t)(colon - at)};
		}
		colon++;
	}
	return (struct text){0};
}

static bool read_place(struct report *report, const struct line *line, struct console_frame *out)
{
	struct text file = find_file(line->text);
	if (file.size == 0 || is_bookkeeping(line->text)) {
		return false;
	}
	*out = (struct console_frame){.file = report_copy(report, file)};
	struct text function = {0};
	struct match m;
	if (line->facts.what == WHAT_FRAME) {
		function = line_function(line);
	} else if (match_line("^%_%i %l [inline]", line->text, &m)) {
		function = m.capture[0];
	}
	out->function = report_copy(report, function);
	return true;
}

void files_read(struct report *report, const struct lines *lines)
{
	size_t n = 0;
	_free_ struct console_frame *places = NULL;
	for (size_t i = 0; i < lines->n && n < FILES_MAX; i++) {
		struct console_frame place;
		if (!read_place(report, &lines->line[i], &place)) {
			continue;
		}
		places = places != NULL ? places : alloc_zero(FILES_MAX, sizeof(*places));
		places[n++] = place;
	}
	if (n > 0) {
		report->public.file = source_guilty(report->public.title, places, n);
	}
}
