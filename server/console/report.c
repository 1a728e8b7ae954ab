/* What of a draft counts for its title, and the making of a report from it. */
#include "console/report.h"

#include "console/guilty.h"
#include "console/limits.h"
#include "console/title.h"
#include "console/type.h"
#include "shared/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define obstack_chunk_alloc malloc
#define obstack_chunk_free free

enum {
	SETTLED_LINES = 22,       /* so many lines in, a panic or a nested report ends the text */
	EVIDENCE_LINES = 40,      /* within which a crash of unknown words shows its stack */
	SETTLED_LINES_KMSAN = 16, /* whose reports are shorter */
};

static struct report *report_empty(void)
{
	struct report *report = alloc_zero(1, sizeof(*report));
	obstack_init(&report->memory);
	return report;
}

void report_free(struct report *report)
{
	if (report != NULL) {
		obstack_free(&report->memory, NULL);
		free(report);
	}
}

const char *report_copy(struct report *report, struct text text)
{
	return text.size == 0 ? NULL : obstack_copy0(&report->memory, text.at, (int)text.size);
}

/* Other messages that bring a stack of their own into the middle of a report. */
static bool is_foreign(struct text line)
{
	return text_has(line, "FAULT_INJECTION: forcing a failure") ||
	       text_has(line, "vmalloc: allocation failure:") ||
	       text_has(line, "FAULT_FLAG_ALLOW_RETRY missing");
}

static bool ends_text(const struct report_lines *lines, struct text line)
{
	size_t settled = lines->n > 0 && text_has(lines->text[0], "KMSAN") ? SETTLED_LINES_KMSAN
									   : SETTLED_LINES;
	return lines->n >= settled &&
	       (text_has(line, "Kernel panic - not syncing") ||
		       text_has(line, "possible circular locking dependency"));
}

/* The lines that count for the title, in `lines`; answers how many of them stand before a foreign
 * message. */
static size_t lines_for_title(
	const struct draft *draft, bool with_unreliable, struct report_lines *lines)
{
	size_t foreign = SIZE_MAX;
	lines->n = 0;
	for (size_t i = draft->n_lead; i < draft->n_lines; i++) {
		struct text line = draft_text(draft, i);
		if (draft->n_own > 0 && i == draft->n_own) {
			foreign = foreign < lines->n ? foreign : lines->n;
		}
		bool is_dropped = (draft->lines[i].flags & DRAFT_UNRELIABLE) && !with_unreliable;
		if (is_dropped || text_has(line, "Disabling lock debugging due to kernel taint")) {
			continue;
		}
		if (ends_text(lines, line)) {
			break;
		}
		if (foreign == SIZE_MAX && draft->kind <= CONTEXT_CONSOLE && is_foreign(line)) {
			foreign = lines->n;
		}
		lines->text[lines->n++] = line;
	}
	return foreign < lines->n ? foreign : lines->n;
}

static void read_title(const struct draft *draft, struct report_lines *lines, struct title *title)
{
	bool with_unreliable = draft->kind == CONTEXT_BARE;
	size_t n = lines_for_title(draft, with_unreliable, lines);
	title_make(draft->marker, lines->text, n, title);
	bool is_lost =
		title->corrupted_why != NULL && strstr(title->corrupted_why, "frames") != NULL;
	if (is_lost && draft->kind == CONTEXT_TASK) {
		/* All that is left of the stack may be unreliable. With a caller on each line
		 * nobody else's frames get in, so that they can be trusted. */
		n = lines_for_title(draft, true, lines);
		title_make(draft->marker, lines->text, n, title);
	}
	if (title->corrupted_why == NULL) {
		title->corrupted_why =
			corrupt_why(title->text, title->format, lines->text, lines->n);
	}
}

static void keep_title(struct report *report, const struct title *title)
{
	struct console_report *out = &report->public;
	out->title = obstack_copy0(&report->memory, title->text, (int)strlen(title->text));
	const char **alts =
		obstack_alloc(&report->memory, (int)sizeof(*alts) * (title->n_alts + 1));
	for (int i = 0; i < title->n_alts; i++) {
		const char *alt = title->alts[i];
		alts[i] = obstack_copy0(&report->memory, alt, (int)strlen(alt));
	}
	out->alts = alts;
	out->n_alts = (size_t)title->n_alts;
	out->type = type_of(title->text);
	out->function = report_copy(report, title_function(title->text));
	out->corrupted_why = title->corrupted_why;
	out->is_corrupted = title->corrupted_why != NULL;
}

static size_t all_lines(
	const struct draft *draft, size_t from, size_t to, struct report_lines *lines)
{
	lines->n = 0;
	for (size_t i = from; i < to; i++) {
		if (lines->flags != NULL) {
			lines->flags[lines->n] = draft->lines[i].flags;
		}
		lines->text[lines->n++] = draft_text(draft, i);
	}
	return lines->n;
}

/* Words that no format knows make a report only where something follows that only crashes have; a
 * kernel's "BUG:" does alone. Programs and drivers print "WARNING: " for far less. */
static bool is_crash(
	const struct draft *draft, const struct report_lines *lines, const struct title *title)
{
	if (title->format != NULL ||
		(title->corrupted_why != NULL &&
			strcmp(title->corrupted_why, "matched title but not report") == 0)) {
		return true;
	}
	if (strcmp(draft->marker->text, "BUG:") == 0 && draft->is_kernel) {
		return true;
	}
	size_t n = lines->n < EVIDENCE_LINES ? lines->n : EVIDENCE_LINES;
	return corrupt_why("", NULL, lines->text, n) == NULL;
}

/* Behind its last line that only reports have: what a busy console prints later is none of it. */
static uint64_t end_bytes(const struct draft *draft)
{
	uint64_t end = draft->lines[draft->n_lead].end_bytes;
	size_t quiet = 0;
	for (size_t i = draft->n_lead; i < draft_own(draft) && quiet < LIMIT_QUIET_LINES; i++) {
		bool is_evidence = draft->lines[i].flags & DRAFT_EVIDENCE;
		end = is_evidence ? draft->lines[i].end_bytes : end;
		quiet = is_evidence ? 0 : quiet + 1;
	}
	return draft->next_bytes > draft->start_bytes && draft->next_bytes < end ? draft->next_bytes
										 : end;
}

struct report *report_make(const struct draft *draft, const struct surroundings *around)
{
	struct report_lines lines = {
		.text = alloc_zero(draft->n_lines + 1, sizeof(struct text)),
		.flags = alloc_zero(draft->n_lines + 1, sizeof(unsigned)),
	};
	struct report_lines lead = {.text = alloc_zero(draft->n_lead + 1, sizeof(struct text))};
	struct title *title = alloc_zero(1, sizeof(*title));
	read_title(draft, &lines, title);
	if (!is_crash(draft, &lines, title)) {
		free(title);
		free(lead.text);
		free(lines.text);
		free(lines.flags);
		return NULL;
	}
	struct report *report = report_empty();
	struct console_report *out = &report->public;
	keep_title(report, title);
	out->uptime_s = draft->uptime_s;
	out->start_bytes = draft->start_bytes;
	out->lead_bytes = draft->lead_bytes;
	out->end_bytes = end_bytes(draft);
	out->limits = draft->limits;
	out->pid = CONSOLE_UNKNOWN;
	out->cpu = CONSOLE_UNKNOWN;
	all_lines(draft, 0, draft->n_lead, &lead);
	all_lines(draft, draft->n_lead, draft_own(draft), &lines);
	detail_read(report, &lines);
	frames_read(report, &lines);
	page_read(report, &lead, &lines);
	if (out->kernel == NULL && around->kernel != NULL) {
		out->kernel =
			report_copy(report, (struct text){around->kernel, strlen(around->kernel)});
	}
	if (out->arch == NULL) {
		out->arch = around->arch;
	}
	free(title);
	free(lead.text);
	free(lines.text);
	free(lines.flags);
	return report;
}
