/* The incremental reader: a window over the console, whole lines only; quiet stretches are only
 * searched, lines near a report are read one by one. How the bytes were cut leaves no trace. */
#include "console/limits.h"
#include "console/report.h"
#include "console/scan.h"
#include "shared/alloc.h"

#include <stdlib.h>
#include <string.h>

/* One report: growing, or done. */
struct slot {
	struct draft *draft; /* NULL when it is done */
	struct report *report;
	unsigned boot;
};

struct console_reader {
	struct scan scan;
	char *window;        /* history, then what is not yet read */
	size_t window_bytes; /* used */
	size_t done_bytes;   /* read; at the start of a line */
	uint64_t base_bytes; /* where in the console the window begins */
	bool is_skipping;    /* the rest of an overlong line */
	struct slot *slots;
	size_t n_slots;
	size_t n_open;
	size_t n_lost;
	unsigned boot;
	unsigned panicked_boot; /* 1 + the last boot that panicked */
	bool is_stamped;        /* printk writes time stamps here */
	bool is_suppressed;
	char kernel[128];
	char clean[LIMIT_LINE_BYTES];      /* the line at hand when it had to be cleaned */
	char clean_lead[LIMIT_LINE_BYTES]; /* one before it */
	const char *arch;
};

struct console_reader *console_reader_new(void)
{
	struct console_reader *reader = alloc_zero(1, sizeof(*reader));
	scan_init(&reader->scan);
	reader->window = alloc_zero(1, LIMIT_LEAD_BYTES + LIMIT_LINE_BYTES + 2 * LIMIT_PIECE_BYTES);
	reader->slots = alloc_zero(LIMIT_REPORTS, sizeof(*reader->slots));
	return reader;
}

void console_reader_free(struct console_reader *reader)
{
	if (reader == NULL) {
		return;
	}
	for (size_t i = 0; i < reader->n_slots; i++) {
		draft_free(reader->slots[i].draft);
		report_free(reader->slots[i].report);
	}
	free(reader->slots);
	free(reader->window);
	free(reader);
}

static void settle(struct console_reader *reader, struct slot *slot)
{
	if (slot->draft == NULL || !slot->draft->is_changed) {
		return;
	}
	struct surroundings around = {
		.kernel = reader->kernel[0] == '\0' ? NULL : reader->kernel, .arch = reader->arch};
	report_free(slot->report);
	slot->report = report_make(slot->draft, &around);
	slot->draft->is_changed = false;
}

static void slot_close(struct console_reader *reader, struct slot *slot)
{
	settle(reader, slot);
	draft_free(slot->draft);
	slot->draft = NULL;
	reader->n_open--;
}

static void close_all(struct console_reader *reader)
{
	for (size_t i = 0; i < reader->n_slots && reader->n_open > 0; i++) {
		if (reader->slots[i].draft != NULL) {
			slot_close(reader, &reader->slots[i]);
		}
	}
}

/* The open report to which a line of this context belongs; none of those that only look on. */
static struct slot *open_slot(struct console_reader *reader, const struct line_head *head)
{
	size_t open = reader->n_open;
	for (size_t i = reader->n_slots; i > 0 && open > 0; i--) {
		struct slot *slot = &reader->slots[i - 1];
		if (slot->draft != NULL) {
			open--;
			if (slot->draft->n_own == 0 && draft_takes(slot->draft, head)) {
				return slot;
			}
		}
	}
	return NULL;
}

static struct line make_line(struct text text, uint64_t end_bytes)
{
	bool is_cut = text.size > LIMIT_LINE_KEPT_BYTES;
	text.size = is_cut ? LIMIT_LINE_KEPT_BYTES : text.size;
	return (struct line){text, facts_read(text), end_bytes, is_cut};
}

/* Gives a line to all open reports that take it. */
static void hand_out(
	struct console_reader *reader, const struct line_head *head, const struct line *line)
{
	size_t open = reader->n_open;
	for (size_t i = reader->n_slots; i > 0 && open > 0; i--) {
		struct slot *slot = &reader->slots[i - 1];
		if (slot->draft == NULL) {
			continue;
		}
		open--;
		if (draft_takes(slot->draft, head)) {
			draft_add(slot->draft, line);
		}
		if (draft_is_over(slot->draft)) {
			slot_close(reader, slot);
		}
	}
}

static struct slot *oldest_open(struct console_reader *reader)
{
	for (size_t i = 0; i < reader->n_slots; i++) {
		if (reader->slots[i].draft != NULL) {
			return &reader->slots[i];
		}
	}
	return NULL;
}

/* One whole line of the console. */
struct raw_line {
	struct text text; /* no newline */
	uint64_t start_bytes;
	uint64_t end_bytes; /* behind the newline */
};

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

/* What stands before the line and belongs to the report that it begins. */
static void add_lead(
	struct console_reader *reader, struct draft *draft, const struct raw_line *line)
{
	struct line lines[LIMIT_LEAD_LINES];
	uint64_t starts[LIMIT_LEAD_LINES];
	size_t first = LIMIT_LEAD_LINES; /* filled from the back */
	const char *at = reader->window + (line->start_bytes - reader->base_bytes);
	size_t room = (size_t)(at - reader->window);
	const char *floor = at - (room < LIMIT_LEAD_BYTES ? room : LIMIT_LEAD_BYTES);
	bool is_whole = reader->base_bytes == 0 && floor == reader->window;
	while (first > 0 && at > floor) {
		const char *end = at - 1; /* the newline */
		const char *newline = memrchr(floor, '\n', (size_t)(end - floor));
		if (newline == NULL && !is_whole) {
			break;
		}
		const char *start = newline == NULL ? floor : newline + 1;
		struct line_head head = line_read((struct text){start, (size_t)(end - start)});
		if (line_context(&head) == draft->context) {
			first--;
			starts[first] = reader->base_bytes + (uint64_t)(start - reader->window);
			lines[first] = (struct line){
				.text = head.text,
				.facts = facts_read(head.text),
				.end_bytes = reader->base_bytes + (uint64_t)(at - reader->window),
			};
		}
		at = start;
	}
	struct lines lead = {lines + first, LIMIT_LEAD_LINES - first};
	size_t begin = first + page_lead(&lead);
	draft->lead_bytes = begin < LIMIT_LEAD_LINES ? starts[begin] : line->start_bytes;
	for (size_t i = begin; i < LIMIT_LEAD_LINES; i++) {
		struct line cleaned =
			make_line(clean(lines[i].text, reader->clean_lead), lines[i].end_bytes);
		draft_add(draft, &cleaned);
	}
	draft->n_lead = draft->n_lines;
}

static void start_report(struct console_reader *reader, const struct marker *marker,
	const struct line_head *head, const struct raw_line *line)
{
	struct slot *before = open_slot(reader, head);
	struct draft *draft = draft_new(marker, head);
	draft->start_bytes = line->start_bytes;
	add_lead(reader, draft, line);
	struct line own = make_line(head->text, line->end_bytes);
	draft_add(draft, &own);
	if (before != NULL) {
		draft_end(before->draft, draft->lead_bytes);
	}
	hand_out(reader, head, &own);
	if (reader->n_slots == LIMIT_REPORTS) {
		reader->n_lost++;
		draft_free(draft);
		return;
	}
	if (reader->n_open == LIMIT_OPEN) {
		slot_close(reader, oldest_open(reader));
	}
	reader->slots[reader->n_slots++] = (struct slot){.draft = draft, .boot = reader->boot};
	reader->n_open++;
}

/* Panics that only say what became of a report before them. */
static bool is_aftermath(struct text text)
{
	return match_line("Kernel panic - not syncing: {Fatal |panic_on_|hung_task|softlockup|Hard "
			  "LOCKUP|hard "
			  "LOCKUP|RCU Stall|kernel: panic_on|UBSAN: panic_on|KASAN: "
			  "panic_on|KFENCE: panic_on}\n"
			  "end Kernel panic",
		text, NULL);
}

/* Lines that could start a report, but normally stand inside of one. */
static const char inside[] = "Kernel panic - not syncing\nInternal error:\nOops - BUG:\n"
			     "invalid opcode: 0000\nunregister_netdevice\nPANIC: double fault\n"
			     "WARNING: * umount_check\n" /* the stack of "BUG: Dentry" */
			     "INFO: {Object|Slab|Allocated in|Freed in} ";

/* Whether a line that could start a report goes on with an open one. */
static bool joins(
	const struct console_reader *reader, const struct slot *slot, const struct line_head *head)
{
	if (!match_line(inside, head->text, NULL)) {
		return false;
	}
	if (slot != NULL) {
		return slot->draft->quiet_lines < LIMIT_QUIET_LINES;
	}
	bool has_report =
		reader->n_slots > 0 && reader->slots[reader->n_slots - 1].boot == reader->boot;
	return has_report && is_aftermath(head->text);
}

/* "systemd[1]: …": a program wrote to the kernel's log or to the console. */
static bool is_program(struct text text)
{
	size_t i = 0;
	while (i < text.size && i < 32 && text.at[i] > ' ' && text.at[i] != '[') {
		i++;
	}
	struct text rest = {text.at + i, text.size - i};
	return i > 0 && match_line("^[%d]: ", rest, NULL);
}

static bool is_believable(const struct console_reader *reader, const struct marker *marker,
	const struct line_head *head)
{
	if (head->is_userspace || is_program(head->text)) {
		return false;
	}
	bool lacks_stamp = reader->is_stamped && head->kind == CONTEXT_BARE;
	return !lacks_stamp || (marker->flags & MARKER_USERSPACE);
}

/* "Linux version 6.1.0 (powerpc64le-linux-gnu-gcc …": a kernel starts. */
static void see_boot(struct console_reader *reader, struct text line)
{
	struct match m;
	if (!match_line("Linux version %S", line, &m) || m.capture[0].at[0] < '0' ||
		m.capture[0].at[0] > '9' || text_has(line, "Preparing to boot")) {
		return;
	}
	const char *at = line.at + m.column;
	bool has_stamp = m.column >= 2 && memchr("]:", at[-2], 2) != NULL;
	if (reader->is_stamped && !has_stamp) {
		return; /* a program shows a file */
	}
	close_all(reader);
	reader->boot++;
	reader->is_stamped = has_stamp;
	size_t size = m.capture[0].size < sizeof(reader->kernel) - 1 ? m.capture[0].size
								     : sizeof(reader->kernel) - 1;
	memcpy(reader->kernel, m.capture[0].at, size);
	reader->kernel[size] = '\0';
	reader->arch = detail_arch(line);
}

/* A printk stamp within what stands before a line says that the kernel writes stamps. */
static void see_stamps(struct console_reader *reader, const struct raw_line *line)
{
	const char *end = reader->window + (line->start_bytes - reader->base_bytes);
	size_t room = (size_t)(end - reader->window);
	const char *at = end - (room < LIMIT_LEAD_BYTES ? room : LIMIT_LEAD_BYTES);
	while (!reader->is_stamped && (at = memchr(at, '[', (size_t)(end - at))) != NULL) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		newline = newline == NULL ? end : newline;
		bool is_start = at == reader->window || at[-1] == '\n';
		struct line_head head = line_read((struct text){at, (size_t)(newline - at)});
		reader->is_stamped = is_start && head.kind != CONTEXT_BARE;
		at = newline;
	}
}

static void see_marker(struct console_reader *reader, const struct marker *marker,
	const struct line_head *head, const struct raw_line *line)
{
	if (text_has(head->text, "Kernel panic - not syncing")) {
		reader->panicked_boot = reader->boot + 1;
	}
	struct slot *slot = open_slot(reader, head);
	if (!joins(reader, slot, head)) {
		start_report(reader, marker, head, line);
	} else {
		struct line more = make_line(head->text, line->end_bytes);
		hand_out(reader, head, &more);
	}
}

/* printk shows a line again when a console is registered: the first time does not count. */
static bool drop_replayed(struct console_reader *reader, struct text text)
{
	struct slot *slot = reader->n_slots > 0 ? &reader->slots[reader->n_slots - 1] : NULL;
	if (slot == NULL || slot->draft == NULL ||
		slot->draft->n_lines != slot->draft->n_lead + 1 ||
		!text_has(text, "** replaying previous printk message **")) {
		return false;
	}
	draft_free(slot->draft);
	report_free(slot->report);
	reader->n_open--;
	reader->n_slots--;
	return true;
}

static void read_line(struct console_reader *reader, struct raw_line *line, bool is_hit)
{
	line->text = clean(line->text, reader->clean);
	struct line_head head = line_read(line->text);
	if (drop_replayed(reader, head.text)) {
		return;
	}
	if (is_hit) {
		see_stamps(reader, line);
		see_boot(reader, line->text);
		reader->is_suppressed = reader->is_suppressed || scan_suppresses(head.text);
		const struct marker *marker = scan_marker(head.text);
		if (marker != NULL && is_believable(reader, marker, &head)) {
			see_marker(reader, marker, &head, line);
			return;
		}
	}
	reader->is_stamped = reader->is_stamped || head.kind != CONTEXT_BARE;
	if (!head.is_userspace && reader->n_open > 0) {
		struct line more = make_line(head.text, line->end_bytes);
		hand_out(reader, &head, &more);
	}
}

static bool is_listening(const struct console_reader *reader)
{
	size_t open = reader->n_open;
	for (size_t i = reader->n_slots; i > 0 && open > 0; i--) {
		const struct draft *draft = reader->slots[i - 1].draft;
		if (draft != NULL) {
			open--;
			if (!draft->is_full) {
				return true;
			}
		}
	}
	return false;
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
		if (!is_listening(reader)) {
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
		if (reader->window_bytes + piece >
			LIMIT_LEAD_BYTES + LIMIT_LINE_BYTES + 2 * LIMIT_PIECE_BYTES) {
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
	close_all(reader);
}

size_t console_reader_count(struct console_reader *reader)
{
	size_t n = 0;
	for (size_t i = 0; i < reader->n_slots; i++) {
		settle(reader, &reader->slots[i]);
		n += reader->slots[i].report != NULL ? 1 : 0;
	}
	return n;
}

const struct console_report *console_reader_report(struct console_reader *reader, size_t n)
{
	for (size_t i = 0; i < reader->n_slots; i++) {
		struct slot *slot = &reader->slots[i];
		settle(reader, slot);
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
	return reader->n_lost;
}

struct console_reader *console_read(const void *bytes, size_t size)
{
	struct console_reader *reader = console_reader_new();
	console_reader_feed(reader, bytes, size);
	console_reader_finish(reader);
	return reader;
}
