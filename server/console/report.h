/* From the lines of a draft to a report. */
#pragma once

#include "console/console.h"
#include "console/draft.h"

#include <obstack.h>

/* A report with the memory that its strings and lists live in. */
struct report {
	struct console_report public;
	struct obstack memory;
};

/* What is known of the console as a whole. Strings are borrowed. */
struct surroundings {
	const char *kernel; /* release that the boot announced; NULL when it was not seen */
	const char *arch;
};

/* Reads a draft. Answers a report owned by the caller, or NULL when the lines turn out to be none:
 * the marker's words are unknown and nothing that only crashes have follows. */
struct report *report_make(const struct draft *draft, const struct surroundings *around);
void report_free(struct report *report);

/* Copies into the report's memory, with a zero behind it. */
void *report_keep(struct report *report, const void *bytes, size_t size);

/* The same for a text; NULL for an empty one. */
const char *report_copy(struct report *report, struct text text);

struct lines {
	const struct line *line;
	size_t n;
};

/* Reads who, where and on what: CPU, task, kernel, taint, arch, instruction. */
void detail_read(struct report *report, const struct lines *lines);

/* The architecture that a kernel's first line shows, a constant; NULL when it may be any. */
const char *detail_boot_arch(struct text line);

/* Reads the stack. */
void frames_read(struct report *report, const struct lines *lines);

/* Finds the guilty source file, where the lines name files. */
void files_read(struct report *report, const struct lines *lines);

/* Reads a page dump; lead are the lines in front of the report. */
void page_read(struct report *report, const struct lines *lead, const struct lines *lines);

/* Which of the lines before a report begin what belongs to it (a page dump, "cut here"): an index
 * into lines, n when none does. */
size_t page_lead(const struct lines *lines);

/* The last and the first line of a page dump. The last stands at most so many lines before the
 * report that it belongs to, those not counted which tell the page's owner. */
enum { PAGE_NEAR_LINES = 8 };
bool page_is_reason(struct text line);
bool page_is_start(struct text line);

/* Lines of dump_page_owner(): who allocated the page, who freed it. */
bool page_is_owner(struct text line);

/* Why the report cannot be trusted, a constant; NULL when it can. */
const char *corrupt_why(
	const char *title, const struct format *format, const struct line *lines, size_t n);
