/* The source files that a report's lines name, its header's among them, in their order. */
#include "console/report.h"
#include "console/source.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"

#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 512 /* places considered of one report; the guilty one stands far before */ };

/* Lockdep's bookkeeping names files that have nothing to do with the crash. */
static bool is_bookkeeping(struct text line)
{
	return match_line("irqs last {enabled|disabled} at\nregistered at", line, NULL);
}

/* Most lines name no file: see that at the first look. */
static bool may_name_file(struct text line)
{
	return text_has(line, ".c:") || text_has(line, ".h:") || text_has(line, ".rs:");
}

static bool read_place(struct report *report, const struct line *line, struct console_frame *out)
{
	struct match m;
	if (!may_name_file(line->text) || is_bookkeeping(line->text) ||
		!match_line("%l", line->text, &m)) {
		return false;
	}
	struct text file = m.capture[0];
	file.size -= (size_t)(file.at + file.size - (const char *)memrchr(file.at, ':', file.size));
	*out = (struct console_frame){.file = report_copy(report, file)};
	struct text function =
		line->facts.what == WHAT_FRAME ? line_function(line) : (struct text){0};
	if (function.size == 0 && match_line("^%_%i %l [inline]", line->text, &m)) {
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
