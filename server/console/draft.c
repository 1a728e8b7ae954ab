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
	       (draft->has_cpu_traces && head->kind == CONTEXT_CPU) ||
	       (draft->has_monitor && head->kind == CONTEXT_BARE);
}

void draft_end(struct draft *draft, uint64_t next_bytes)
{
	draft->next_bytes = draft->next_bytes == 0 ? next_bytes : draft->next_bytes;
	draft->n_own = draft->n_own == 0 ? draft->n_lines : draft->n_own;
	draft->is_full = draft->is_full || draft->kind >= CONTEXT_TASK;
	draft->is_changed = true;
}

size_t draft_own(const struct draft *draft)
{
	return draft->n_own == 0 ? draft->n_lines : draft->n_own;
}

bool draft_is_over(const struct draft *draft)
{
	if (draft->quiet_lines >= LIMIT_OVER_LINES) {
		return true;
	}
	return draft->n_own > 0 &&
	       (draft->is_full || draft->n_lines > draft->n_own + LIMIT_AMONG_OTHERS_LINES);
}

/* Lines that only reports have: frames, registers, headings, dumps. */
static bool is_evidence(const struct facts *facts)
{
	return facts->what != WHAT_OTHER;
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

void draft_add(struct draft *draft, const struct line *line)
{
	if (draft->is_full) {
		return;
	}
	struct text text = line->text;
	bool is_full = draft->text_bytes + text.size > LIMIT_REPORT_BYTES;
	draft->is_changed = true;
	if (is_full || draft->n_lines == LIMIT_REPORT_LINES) {
		draft->is_full = true;
		draft->limits |= CONSOLE_LIMIT_TEXT;
		return;
	}
	make_room(draft, text.size);
	memcpy(draft->text + draft->text_bytes, text.at, text.size);
	draft->lines[draft->n_lines++] = (struct draft_line){
		.facts = line->facts,
		.at = (uint32_t)draft->text_bytes,
		.size = (uint32_t)text.size,
		.end_bytes = line->end_bytes,
	};
	draft->text_bytes += text.size;
	draft->quiet_lines = is_evidence(&line->facts) ? 0 : draft->quiet_lines + 1;
	draft->has_cpu_traces = draft->has_cpu_traces || line->facts.what == WHAT_CPU_TRACES;
	draft->has_end = draft->has_end || line->facts.what == WHAT_END;
	draft->has_monitor = draft->has_monitor || line->facts.what == WHAT_MONITOR;
	draft->limits |= line->is_cut ? CONSOLE_LIMIT_LINE : 0;
}

struct line draft_line(const struct draft *draft, size_t n)
{
	const struct draft_line *line = &draft->lines[n];
	return (struct line){
		.text = {draft->text + line->at, line->size},
		.facts = line->facts,
		.end_bytes = line->end_bytes,
	};
}
