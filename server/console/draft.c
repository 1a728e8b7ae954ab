/* Lines are copied into one growing text, so that nothing is allocated for a line. */
#include "console/draft.h"

#include "console/console.h"
#include "console/limits.h"
#include "shared/alloc.h"

#include <stdlib.h>
#include <string.h>

struct draft *draft_new(const struct marker *marker, const struct line_head *head)
{
	struct draft *draft = alloc_zero(1, sizeof(*draft));
	draft->marker = marker;
	draft->kind = head->kind;
	draft->context = line_context(head);
	draft->uptime_s = head->uptime_s;
	draft->is_kernel = head->is_kernel;
	draft->is_changed = true;
	return draft;
}

void draft_free(struct draft *draft)
{
	if (draft != NULL) {
		free(draft->lines);
		free(draft->text);
		free(draft);
	}
}

bool draft_takes(const struct draft *draft, const struct line_head *head)
{
	return line_context(head) == draft->context ||
	       (draft->has_cpu_traces && head->kind == CONTEXT_CPU);
}

void draft_end(struct draft *draft, uint64_t next_bytes)
{
	draft->next_bytes = draft->next_bytes == 0 ? next_bytes : draft->next_bytes;
	draft->n_own = draft->n_own == 0 ? draft->n_lines : draft->n_own;
	draft->is_full = draft->is_full || draft->kind >= CONTEXT_TASK;
}

size_t draft_own(const struct draft *draft)
{
	return draft->n_own == 0 ? draft->n_lines : draft->n_own;
}

bool draft_is_over(const struct draft *draft)
{
	return draft->n_own > 0 &&
	       (draft->is_full || draft->n_lines > draft->n_own + LIMIT_AMONG_OTHERS_LINES);
}

static bool is_unreliable(struct text text)
{
	return match_line("^%_%P? \n%(unreliable)$\n^%_<%i> ? \n^%_%P%_? ", text, NULL) &&
	       !text_has(text, "<EOI>");
}

/* Lines that only reports have: frames, registers, headings, dumps. */
static bool is_evidence(struct text text)
{
	return match_line(
		"^%_%P{? |}%i+0x\n^%_{Call Trace|Call trace|Code: |RIP: |RSP: |RAX: |CR2: |Modules "
		"linked|CPU: |NIP |LR |GPR|Instruction dump|--- interrupt|pc : |lr : |sp : |x29: "
		"|Hardware name|PC is |<TASK>|</TASK>|Sending NMI|NMI backtrace|Kernel "
		"panic|===|---[ end|raw: |flags: |Allocated by|Freed by|R10: |R13: |DR0: |DR3: }",
		text, NULL);
}

static void make_room(struct draft *draft, size_t size)
{
	if (draft->n_lines == draft->lines_size) {
		draft->lines_size = draft->lines_size == 0 ? 128 : draft->lines_size * 2;
		draft->lines = alloc_resize(draft->lines, draft->lines_size, sizeof(*draft->lines));
	}
	if (draft->text_bytes + size > draft->text_size) {
		draft->text_size = draft->text_size == 0 ? 8192 : draft->text_size;
		while (draft->text_bytes + size > draft->text_size) {
			draft->text_size *= 2;
		}
		draft->text = alloc_resize(draft->text, draft->text_size, 1);
	}
}

void draft_add(struct draft *draft, struct text text, uint64_t end_bytes)
{
	if (draft->is_full) {
		return;
	}
	struct draft_line line = {.end_bytes = end_bytes};
	if (text.size > LIMIT_LINE_KEPT_BYTES) {
		text.size = LIMIT_LINE_KEPT_BYTES;
		line.flags |= DRAFT_CUT;
		draft->limits |= CONSOLE_LIMIT_LINE;
	}
	if (draft->text_bytes + text.size > LIMIT_REPORT_BYTES ||
		draft->n_lines == LIMIT_REPORT_LINES) {
		draft->is_full = true;
		draft->limits |= CONSOLE_LIMIT_TEXT;
		draft->is_changed = true;
		return;
	}
	make_room(draft, text.size);
	memcpy(draft->text + draft->text_bytes, text.at, text.size);
	line.at = (uint32_t)draft->text_bytes;
	line.size = (uint32_t)line_clean(draft->text + draft->text_bytes, text.size);
	draft->text_bytes += line.size;
	struct text kept = {draft->text + line.at, line.size};
	line.flags |= is_unreliable(kept) ? DRAFT_UNRELIABLE : 0;
	line.flags |= is_evidence(kept) ? DRAFT_EVIDENCE : 0;
	draft->quiet_lines = line.flags & DRAFT_EVIDENCE ? 0 : draft->quiet_lines + 1;
	draft->has_cpu_traces = draft->has_cpu_traces || text_has(kept, "Sending NMI from CPU");
	draft->lines[draft->n_lines++] = line;
	draft->is_changed = true;
}

struct text draft_text(const struct draft *draft, size_t line)
{
	return (struct text){draft->text + draft->lines[line].at, draft->lines[line].size};
}
