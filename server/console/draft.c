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

/* Where the function of a frame, of a faulting line or of a header is missing at the end. */
static const char torn[] = "^{NIP |LR |}[{<|}%x{>|}]%_$\n^[{<|}%x{>|}] [{<|}%x{>|}]%_$\n"
			   "^BUG: {KASAN|KFENCE|KMSAN}: * in%_$";

/* What such a line ends with: most others are told by it alone. */
static bool may_be_torn(const struct draft *draft, const struct draft_line *line)
{
	return line->size > 0 && memchr("] n", draft->text[line->at + line->size - 1], 3) != NULL;
}

bool draft_unwrap(struct draft *draft, uint64_t start_bytes, const struct line *line)
{
	struct draft_line *last = draft->n_lines > 0 ? &draft->lines[draft->n_lines - 1] : NULL;
	struct text rest = text_behind_spaces(line->text);
	if (last == NULL || draft->is_full || last->end_bytes != start_bytes ||
		!may_be_torn(draft, last) || line->facts.what != WHAT_FRAME || rest.at[0] == '[' ||
		last->size + 1 + rest.size > LIMIT_LINE_KEPT_BYTES ||
		!match_line(torn, draft_line(draft, draft->n_lines - 1).text, NULL)) {
		return false;
	}
	make_room(draft, rest.size + 1);
	last = &draft->lines[draft->n_lines - 1];
	draft->text[draft->text_bytes] = ' ';
	memcpy(draft->text + draft->text_bytes + 1, rest.at, rest.size);
	draft->text_bytes += rest.size + 1;
	last->size += (uint32_t)rest.size + 1;
	last->end_bytes = line->end_bytes;
	last->facts = facts_read((struct text){draft->text + last->at, last->size});
	draft->is_changed = true;
	draft->quiet_lines = 0;
	return true;
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
