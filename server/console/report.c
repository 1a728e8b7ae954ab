/* What of a draft counts for its title, and the making of a report from it. */
#include "console/report.h"

#include "console/limits.h"
#include "console/title.h"
#include "console/type.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define obstack_chunk_alloc malloc
#define obstack_chunk_free free

enum {
	SETTLED_LINES = 22,       /* so many lines in, a panic or a nested report ends the text */
	EVIDENCE_LINES = 40,      /* within which a crash of unknown words shows its stack */
	SETTLED_LINES_KMSAN = 16, /* whose reports are shorter */
};

/* obstack's macros add to a null pointer, which clang's sanitizer takes offence at: they stand here
 * only. */
#define OBSTACK_MACROS __attribute__((no_sanitize("undefined")))

OBSTACK_MACROS static struct report *report_empty(void)
{
	struct report *report = alloc_zero(1, sizeof(*report));
	obstack_init(&report->memory);
	return report;
}

OBSTACK_MACROS void report_free(struct report *report)
{
	if (report != NULL) {
		obstack_free(&report->memory, NULL);
		free(report);
	}
}

OBSTACK_MACROS void *report_keep(struct report *report, const void *bytes, size_t size)
{
	return obstack_copy0(&report->memory, bytes, (int)size);
}

const char *report_copy(struct report *report, struct text text)
{
	return text.size == 0 ? NULL : report_keep(report, text.at, text.size);
}

static bool ends_text(const struct line *kept, size_t n, const struct line *line)
{
	bool is_kmsan = n > 0 && text_has(kept[0].text, "KMSAN");
	return n >= (is_kmsan ? SETTLED_LINES_KMSAN : SETTLED_LINES) &&
	       (line->facts.what == WHAT_PANIC || line->facts.what == WHAT_CIRCULAR);
}

/* What of a draft counts for its title. */
struct title_lines {
	struct line *line;
	size_t n;      /* all, for the question whether it is corrupted */
	size_t n_read; /* before another report or a foreign message, its own first line at least:
			  for the title */
};

/* Unreliable frames are what happened to lie on the stack; the field leaves them out where printk
 * stamps its lines, and so do we, that titles agree. POWER's "(unreliable)" is out in any case. */
static void choose_lines(
	const struct draft *draft, const struct lines *all, struct title_lines *out)
{
	out->n = 0;
	out->n_read = SIZE_MAX;
	for (size_t i = draft->n_lead; i < all->n; i++) {
		struct line line = all->line[i];
		bool is_dropped = line.facts.is_unreliable &&
				  (draft->kind != CONTEXT_BARE || !line.facts.is_questionable);
		if (i > draft->n_lead && (is_dropped || line.facts.what == WHAT_TAINTING)) {
			continue;
		}
		if (ends_text(out->line, out->n, &line)) {
			break;
		}
		bool is_foreign = draft->kind <= CONTEXT_CONSOLE && line.facts.what == WHAT_FOREIGN;
		if (out->n > 0 && out->n_read == SIZE_MAX &&
			(is_foreign || (draft->n_own > 0 && i >= draft->n_own))) {
			out->n_read = out->n;
		}
		if (line.facts.is_questionable && draft->kind == CONTEXT_BARE) {
			line.facts.what = WHAT_OTHER;
		}
		out->line[out->n++] = line;
	}
	out->n_read = out->n_read == SIZE_MAX ? out->n : out->n_read;
}

static void read_title(const struct draft *draft, const struct lines *all,
	struct title_lines *lines, struct title *title)
{
	choose_lines(draft, all, lines);
	title_make(draft->marker, lines->line, lines->n_read, title);
	if (title->corrupted_why == NULL) {
		title->corrupted_why =
			corrupt_why(title->text, title->format, lines->line, lines->n);
	}
}

static void keep_title(struct report *report, const struct title *title)
{
	struct console_report *out = &report->public;
	const char *alts[TITLE_ALTS_MAX];
	out->title = report_keep(report, title->text, strlen(title->text));
	for (int i = 0; i < title->n_alts; i++) {
		alts[i] = report_keep(report, title->alts[i], strlen(title->alts[i]));
	}
	out->alts = report_keep(report, alts, (size_t)title->n_alts * sizeof(alts[0]));
	out->n_alts = (size_t)title->n_alts;
	out->type = type_of(title->text);
	out->function = report_copy(report, title_function(title->text));
	out->corrupted_why = title->corrupted_why;
	out->is_corrupted = title->corrupted_why != NULL;
}

/* Words that no format knows make a report only where something follows that only crashes have; a
 * kernel's "BUG:" does alone. Programs and drivers print "WARNING: " for far less. */
static bool is_crash(
	const struct draft *draft, const struct title_lines *lines, const struct title *title)
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
	return corrupt_why("", NULL, lines->line, n) == NULL;
}

/* Behind its last line that only reports have: what a busy console prints later is none of it. */
static uint64_t end_bytes(const struct draft *draft)
{
	uint64_t end = draft->lines[draft->n_lead].end_bytes;
	size_t quiet = 0;
	for (size_t i = draft->n_lead; i < draft_own(draft) && quiet < LIMIT_QUIET_LINES; i++) {
		bool is_evidence = draft->lines[i].facts.what != WHAT_OTHER;
		end = is_evidence ? draft->lines[i].end_bytes : end;
		quiet = is_evidence ? 0 : quiet + 1;
	}
	return draft->next_bytes > draft->start_bytes && draft->next_bytes < end ? draft->next_bytes
										 : end;
}

static void fill(struct report *report, const struct draft *draft, const struct lines *all,
	const struct surroundings *around)
{
	struct console_report *out = &report->public;
	struct lines lead = {all->line, draft->n_lead};
	struct lines own = {all->line + draft->n_lead, draft_own(draft) - draft->n_lead};
	out->uptime_s = draft->uptime_s;
	out->start_bytes = draft->start_bytes;
	out->lead_bytes = draft->lead_bytes;
	out->end_bytes = end_bytes(draft);
	out->limits = draft->limits;
	out->pid = CONSOLE_UNKNOWN;
	out->cpu = CONSOLE_UNKNOWN;
	detail_read(report, &own);
	frames_read(report, &own);
	page_read(report, &lead, &own);
	files_read(report, &own);
	if (out->kernel == NULL && around->kernel != NULL) {
		out->kernel =
			report_copy(report, (struct text){around->kernel, strlen(around->kernel)});
	}
	/* A line of POWER alone does not say which endian it is; the boot did. */
	bool is_vague = out->arch == NULL || strcmp(out->arch, "ppc64") == 0;
	if (is_vague && around->arch != NULL) {
		out->arch = around->arch;
	}
}

struct report *report_make(const struct draft *draft, const struct surroundings *around)
{
	_free_ struct line *line = alloc_resize(NULL, 2 * draft->n_lines + 1, sizeof(*line));
	_free_ struct title *title = alloc_resize(NULL, 1, sizeof(*title));
	struct lines all = {line, draft->n_lines};
	struct title_lines lines = {.line = line + draft->n_lines};
	for (size_t i = 0; i < draft->n_lines; i++) {
		line[i] = draft_line(draft, i);
	}
	read_title(draft, &all, &lines, title);
	if (!is_crash(draft, &lines, title)) {
		return NULL;
	}
	struct report *report = report_empty();
	keep_title(report, title);
	fill(report, draft, &all, around);
	return report;
}
