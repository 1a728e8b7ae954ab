/* The incremental reader: a window over the console, whole lines only; quiet stretches are only
 * searched, lines near a report are read one by one. How the bytes were cut leaves no trace. */
#include "console/believe.h"
#include "console/limits.h"
#include "console/report.h"
#include "console/scan.h"
#include "console/slots.h"
#include "console/title.h"
#include "shared/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether printk writes time stamps here. */
enum stamps {
	STAMPS_UNKNOWN,
	STAMPS_SEEN, /* on some line; the kernel's start was not seen */
	STAMPS_YES,  /* the kernel's first line says so */
	STAMPS_NO,
};

struct console_reader {
	struct scan scan;
	struct slots slots;
	char *window;        /* history, then what is not yet read */
	size_t window_bytes; /* used */
	size_t done_bytes;   /* read; at the start of a line */
	uint64_t base_bytes; /* where in the console the window begins */
	bool is_skipping;    /* the rest of an overlong line */
	bool is_suppressed;
	enum stamps stamps;
	uint64_t stamps_bytes; /* up to here no stamp was found */
	unsigned boot;
	unsigned panicked_boot;            /* 1 + the last boot that panicked */
	char kernel[128];                  /* release */
	char clean[LIMIT_LINE_BYTES];      /* the line at hand when it had to be cleaned */
	char clean_lead[LIMIT_LINE_BYTES]; /* one before it */
};

enum { WINDOW_BYTES = LIMIT_LEAD_BYTES + LIMIT_LINE_BYTES + 2 * LIMIT_PIECE_BYTES };

struct console_reader *console_reader_new(void)
{
	struct console_reader *reader = alloc_zero(1, sizeof(*reader));
	scan_init(&reader->scan);
	slots_init(&reader->slots);
	reader->window = alloc_zero(1, WINDOW_BYTES);
	return reader;
}

void console_reader_free(struct console_reader *reader)
{
	if (reader == NULL) {
		return;
	}
	slots_fini(&reader->slots);
	free(reader->window);
	free(reader);
}

/* One whole line of the console. */
struct raw_line {
	struct text text; /* no newline */
	uint64_t start_bytes;
	uint64_t end_bytes; /* behind the newline */
};

/* What of a line a report keeps; nothing is looked for behind it. */
static struct text kept_of(struct text text)
{
	text.size = text.size < LIMIT_LINE_KEPT_BYTES ? text.size : LIMIT_LINE_KEPT_BYTES;
	return text;
}

static struct line make_line(struct text text, uint64_t end_bytes)
{
	struct text kept = kept_of(text);
	return (struct line){kept, facts_read(kept), end_bytes, kept.size < text.size};
}

/* The part of a line that is looked at, without control bytes: in `buffer` when it held some. The
 * window itself stays as it came. */
static struct text clean(struct text text, char buffer[LIMIT_LINE_BYTES])
{
	text.size = text.size < LIMIT_LINE_BYTES ? text.size : LIMIT_LINE_BYTES;
	if (text.size > 0 && text.at[text.size - 1] == '\r') {
		text.size--;
	}
	if (!line_is_dirty(text)) {
		return text;
	}
	memcpy(buffer, text.at, text.size);
	return (struct text){buffer, line_clean(buffer, text.size)};
}

/* The lines before one, newest first, those of its context only; what they are is not yet read. */
struct lead {
	struct line lines[LIMIT_LEAD_LINES]; /* filled from the back */
	uint64_t starts[LIMIT_LEAD_LINES];
	size_t first;
};

/* Goes back from `line` over a few lines of its context; where a page dump ends among them, on to
 * where it begins. */
static void read_lead(const struct console_reader *reader, uint64_t context,
	const struct raw_line *line, struct lead *lead)
{
	bool has_dump = false;
	bool is_done = false;
	size_t plain = 0;
	const char *at = reader->window + (line->start_bytes - reader->base_bytes);
	size_t room = (size_t)(at - reader->window);
	const char *floor = at - (room < LIMIT_LEAD_BYTES ? room : LIMIT_LEAD_BYTES);
	bool is_whole = reader->base_bytes == 0 && floor == reader->window;
	lead->first = LIMIT_LEAD_LINES;
	while (!is_done && at > floor) {
		const char *end = at - 1; /* the newline */
		const char *newline = memrchr(floor, '\n', (size_t)(end - floor));
		if (newline == NULL && !is_whole) {
			break;
		}
		const char *start = newline == NULL ? floor : newline + 1;
		struct line_head head = line_read((struct text){start, (size_t)(end - start)});
		if (line_context(&head) == context) {
			lead->first--;
			lead->starts[lead->first] =
				reader->base_bytes + (uint64_t)(start - reader->window);
			lead->lines[lead->first] = (struct line){.text = head.text,
				.end_bytes = reader->base_bytes + (uint64_t)(at - reader->window)};
			has_dump = has_dump || page_is_reason(head.text);
			plain += page_is_owner(head.text) ? 0 : 1;
			is_done = lead->first == 0 ||
				  (has_dump ? page_is_start(head.text) : plain == PAGE_NEAR_LINES);
		}
		at = start;
	}
}

/* What stands before the line and belongs to the report that it begins. */
static void add_lead(
	struct console_reader *reader, struct draft *draft, const struct raw_line *line)
{
	struct lead lead;
	read_lead(reader, draft->context, line, &lead);
	struct lines all = {lead.lines + lead.first, LIMIT_LEAD_LINES - lead.first};
	size_t begin = lead.first + page_lead(&all);
	draft->lead_bytes = begin < LIMIT_LEAD_LINES ? lead.starts[begin] : line->start_bytes;
	for (size_t i = begin; i < LIMIT_LEAD_LINES; i++) {
		struct line cleaned = make_line(
			clean(lead.lines[i].text, reader->clean_lead), lead.lines[i].end_bytes);
		draft_add(draft, &cleaned);
	}
	draft->n_lead = draft->n_lines;
}

/* The kernel's "BUG:" is a report even in words that no format knows. */
static bool is_kernels_bug(const struct marker *marker, bool is_kernel)
{
	return is_kernel && strcmp(marker->text, "BUG:") == 0;
}

/* Whether its first line alone makes it a report. */
static bool is_certain(const struct draft *draft)
{
	return is_kernels_bug(draft->marker, draft->is_kernel) ||
	       (draft->n_lines > draft->n_lead &&
		       title_knows(draft->marker, draft_line(draft, draft->n_lead).text));
}

static void start_report(struct console_reader *reader, const struct marker *marker,
	const struct line_head *head, const struct raw_line *line)
{
	struct draft *before = slots_find(&reader->slots, head);
	struct line own = make_line(head->text, line->end_bytes);
	struct draft *draft = NULL;
	uint64_t lead_bytes = line->start_bytes;
	if (slots_is_full(&reader->slots)) {
		reader->slots.n_lost++;
	} else {
		draft = draft_new(marker, head);
		draft->start_bytes = line->start_bytes;
		add_lead(reader, draft, line);
		draft_add(draft, &own);
		lead_bytes = draft->lead_bytes;
	}
	if (before != NULL) {
		draft_end(before, lead_bytes);
	}
	slots_hand_out(&reader->slots, head, &own);
	if (draft != NULL) {
		slots_take(&reader->slots, draft, reader->boot);
	}
}

/* Symbolised headers come once for each inlined function: "BUG: KASAN: … in f f.h:57 [inline]". */
static bool repeats_header(const struct draft *draft, const struct marker *marker)
{
	return draft->marker == marker && draft->n_lines > draft->n_lead &&
	       text_has(draft_line(draft, draft->n_lines - 1).text, " [inline]");
}

/* Whether a line that could start a report goes on with one that is there. */
static bool joins(const struct console_reader *reader, const struct marker *marker,
	const struct line_head *head)
{
	const struct draft *draft = slots_find(&reader->slots, head);
	bool is_close = draft != NULL && draft->quiet_lines < LIMIT_QUIET_LINES;
	if (is_close && (draft->has_monitor || repeats_header(draft, marker))) {
		return true; /* the monitor says it all once more */
	}
	if (is_close && !title_knows(marker, head->text) &&
		(!is_kernels_bug(marker, head->is_kernel) || is_certain(draft))) {
		return true; /* "INFO: " from some program must not tear a report apart */
	}
	if (is_close && draft->has_end && text_starts(head->text, "Kernel panic - not syncing") &&
		!believe_aftermath(head->text)) {
		return false; /* a warning, and later something else that ended it all */
	}
	if (!(marker->flags & MARKER_INSIDE) || !believe_inside(head->text)) {
		return false;
	}
	if (draft != NULL) {
		return is_close;
	}
	const struct slots *slots = &reader->slots;
	bool has_report = slots->n > 0 && slots->all[slots->n - 1].boot == reader->boot;
	return has_report && believe_aftermath(head->text);
}

static bool has_stamps(const struct console_reader *reader)
{
	return reader->stamps == STAMPS_SEEN || reader->stamps == STAMPS_YES;
}

static void see_boot(struct console_reader *reader, struct text line, const struct line_head *head)
{
	bool has_stamp = false;
	struct text release = believe_boot(line, &has_stamp);
	if (release.size == 0 || (has_stamps(reader) && !has_stamp)) {
		return; /* or a program shows a file */
	}
	const struct draft *busy = slots_busy(&reader->slots);
	if (busy != NULL && busy->has_monitor && head->kind == CONTEXT_BARE) {
		return; /* the debugger says which kernel it looks at */
	}
	slots_close_all(&reader->slots);
	reader->boot++;
	reader->stamps = has_stamp ? STAMPS_YES : STAMPS_NO;
	snprintf(reader->kernel, sizeof(reader->kernel), "%.*s", (int)release.size, release.at);
	reader->slots.around = (struct surroundings){reader->kernel, detail_boot_arch(line)};
}

/* A printk stamp on the line or within what stands before it says that the kernel writes stamps. */
static void see_stamps(
	struct console_reader *reader, const struct raw_line *line, const struct line_head *head)
{
	const char *end = reader->window + (line->start_bytes - reader->base_bytes);
	uint64_t room = line->start_bytes - reader->base_bytes;
	uint64_t unread = line->start_bytes - reader->stamps_bytes;
	room = room < LIMIT_LEAD_BYTES ? room : LIMIT_LEAD_BYTES;
	const char *at = end - (room < unread ? room : unread);
	while (reader->stamps == STAMPS_UNKNOWN &&
		(at = memchr(at, '[', (size_t)(end - at))) != NULL) {
		bool is_start = at == reader->window || at[-1] == '\n';
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		newline = newline == NULL ? end : newline;
		struct text text = {at, (size_t)(newline - at)};
		if (is_start && line_read(text).kind != CONTEXT_BARE) {
			reader->stamps = STAMPS_SEEN;
		}
		at = newline;
	}
	reader->stamps_bytes = line->end_bytes;
	if (reader->stamps == STAMPS_UNKNOWN && head->kind != CONTEXT_BARE) {
		reader->stamps = STAMPS_SEEN;
	}
}

static void see_marker(struct console_reader *reader, const struct marker *marker,
	const struct line_head *head, const struct raw_line *line)
{
	struct line_head start = *head;
	start.text = kept_of(head->text);
	if (text_has(start.text, "Kernel panic - not syncing")) {
		reader->panicked_boot = reader->boot + 1;
	}
	struct draft *busy = slots_busy(&reader->slots);
	if (busy != NULL && (marker->flags & MARKER_MONITOR)) {
		busy->has_monitor = true;
	}
	if (!joins(reader, marker, &start)) {
		start_report(reader, marker, head, line);
	} else {
		struct line more = make_line(head->text, line->end_bytes);
		slots_hand_out(&reader->slots, head, &more);
	}
}

static void read_line(struct console_reader *reader, struct raw_line *line, bool is_hit)
{
	line->text = clean(line->text, reader->clean);
	struct line_head head = line_read(line->text);
	if (slots_fresh(&reader->slots) != NULL &&
		text_has(head.text, "** replaying previous printk message **")) {
		/* printk shows a line again when a console comes: the first time does not count. */
		slots_drop_fresh(&reader->slots);
		return;
	}
	if (is_hit) {
		struct text start = kept_of(head.text);
		struct scan_hits hits = scan_line(&reader->scan, start);
		see_stamps(reader, line, &head);
		if (hits.is_boot) {
			see_boot(reader, line->text, &head);
		}
		reader->is_suppressed = reader->is_suppressed || hits.suppresses;
		const struct marker *marker = scan_marker(&hits, start);
		if (marker != NULL && believe_kernel(marker, &head, has_stamps(reader))) {
			see_marker(reader, marker, &head, line);
			return;
		}
	}
	if (reader->stamps == STAMPS_UNKNOWN && head.kind != CONTEXT_BARE) {
		reader->stamps = STAMPS_SEEN;
	}
	if (!head.is_userspace && reader->slots.n_open > 0) {
		struct line more = make_line(head.text, line->end_bytes);
		bool is_end = head.kind == CONTEXT_BARE &&
			      slots_unwrap(&reader->slots, line->start_bytes, &more);
		if (!is_end) {
			slots_hand_out(&reader->slots, &head, &more);
		}
	}
}

/* The lines from `at` to `end`, which stands behind a newline or at the console's end. */
static void read_lines(struct console_reader *reader, char *at, char *end)
{
	const char *hit = at;
	bool is_searched = false;
	while (at < end) {
		if (!is_searched || (hit != NULL && hit < at)) {
			hit = scan_next(&reader->scan, at, end);
			is_searched = true;
		}
		if (!slots_listen(&reader->slots)) {
			if (hit == NULL) {
				return;
			}
			const char *newline = memrchr(at, '\n', (size_t)(hit - at));
			at = newline == NULL ? at : reader->window + (newline + 1 - reader->window);
		}
		char *newline = memchr(at, '\n', (size_t)(end - at));
		char *next = newline == NULL ? end : newline + 1;
		struct raw_line line = {
			.text = {at, (size_t)((newline == NULL ? end : newline) - at)},
			.start_bytes = reader->base_bytes + (uint64_t)(at - reader->window),
			.end_bytes = reader->base_bytes + (uint64_t)(next - reader->window),
		};
		read_line(reader, &line, hit != NULL && hit < next);
		at = next;
	}
}

static void drop_history(struct console_reader *reader)
{
	size_t keep = LIMIT_LEAD_BYTES + 1;
	if (reader->done_bytes <= keep) {
		return;
	}
	size_t drop = reader->done_bytes - keep;
	memmove(reader->window, reader->window + drop, reader->window_bytes - drop);
	reader->window_bytes -= drop;
	reader->done_bytes -= drop;
	reader->base_bytes += drop;
}

/* Reads what is whole in the window. */
static void read_window(struct console_reader *reader)
{
	char *end = reader->window + reader->window_bytes;
	char *at = reader->window + reader->done_bytes;
	if (reader->is_skipping) {
		char *newline = memchr(at, '\n', (size_t)(end - at));
		reader->is_skipping = newline == NULL;
		at = newline == NULL ? end : newline + 1;
	}
	char *newline = memrchr(at, '\n', (size_t)(end - at));
	if (newline != NULL) {
		read_lines(reader, at, newline + 1);
		at = newline + 1;
	}
	if (end - at >= LIMIT_LINE_BYTES) {
		read_lines(reader, at, at + LIMIT_LINE_BYTES);
		reader->is_skipping = true;
		at = end;
	}
	reader->done_bytes = (size_t)(at - reader->window);
}

void console_reader_feed(struct console_reader *reader, const void *bytes, size_t size)
{
	const char *from = bytes;
	while (size > 0) {
		size_t piece = size < LIMIT_PIECE_BYTES ? size : LIMIT_PIECE_BYTES;
		if (reader->window_bytes + piece > WINDOW_BYTES) {
			drop_history(reader);
		}
		memcpy(reader->window + reader->window_bytes, from, piece);
		reader->window_bytes += piece;
		read_window(reader);
		from += piece;
		size -= piece;
	}
}

void console_reader_finish(struct console_reader *reader)
{
	char *at = reader->window + reader->done_bytes;
	char *end = reader->window + reader->window_bytes;
	if (!reader->is_skipping && at < end) {
		read_lines(reader, at, end);
	}
	reader->done_bytes = reader->window_bytes;
	slots_close_all(&reader->slots);
}

size_t console_reader_count(struct console_reader *reader)
{
	slots_settle(&reader->slots);
	size_t n = 0;
	for (size_t i = 0; i < reader->slots.n; i++) {
		n += reader->slots.all[i].report != NULL ? 1 : 0;
	}
	return n;
}

const struct console_report *console_reader_report(struct console_reader *reader, size_t n)
{
	slots_settle(&reader->slots);
	size_t first = reader->slots.n_open == 0 ? n : 0; /* those that are done are all reports */
	n -= first;
	for (size_t i = first; i < reader->slots.n; i++) {
		struct slot *slot = &reader->slots.all[i];
		if (slot->report == NULL || n-- > 0) {
			continue;
		}
		struct console_report *out = &slot->report->public;
		out->is_final = slot->draft == NULL;
		out->is_panicked = reader->panicked_boot == slot->boot + 1;
		out->is_suppressed = reader->is_suppressed;
		return out;
	}
	return NULL;
}

size_t console_reader_lost(const struct console_reader *reader)
{
	return reader->slots.n_lost;
}

struct console_reader *console_read(const void *bytes, size_t size)
{
	struct console_reader *reader = console_reader_new();
	console_reader_feed(reader, bytes, size);
	console_reader_finish(reader);
	return reader;
}
