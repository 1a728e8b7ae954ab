/* The stack of a report: the faulting line, then the first stack under a heading. */
#include "console/guilty.h"
#include "console/limits.h"
#include "console/report.h"

#include <stdlib.h>
#include <string.h>

struct stack {
	struct console_frame frames[LIMIT_FRAMES];
	size_t n;
	bool is_cut;
};

/* Numbers like "0x2e4"; 0 when there is none. */
static uint64_t hex_at(const char *at, const char *end)
{
	uint64_t value = 0;
	at += end - at > 2 && at[0] == '0' && at[1] == 'x' ? 2 : 0;
	for (; at < end; at++) {
		int digit = *at >= '0' && *at <= '9'   ? *at - '0'
			    : *at >= 'a' && *at <= 'f' ? *at - 'a' + 10
						       : -1;
		if (digit < 0) {
			break;
		}
		value = value << 4 | (uint64_t)digit;
	}
	return value;
}

/* What stands behind a function's name: "+0x37c/0x440 [xfs] fs/xfs/xfs_file.c:280". */
static void read_place(struct report *report, struct console_frame *frame, struct text rest)
{
	const char *end = rest.at + rest.size;
	const char *plus = memmem(rest.at, rest.size, "+0x", 3);
	if (plus != NULL) {
		frame->has_offset = true;
		frame->offset_bytes = hex_at(plus + 1, end);
		const char *slash = memchr(plus, '/', (size_t)(end - plus));
		frame->size_bytes = slash == NULL ? 0 : hex_at(slash + 1, end);
	}
	struct match m;
	if (match_line(" [%i]\n [%i %x]\n [%i(", rest, &m) &&
		!(m.capture[0].size == 6 && memcmp(m.capture[0].at, "inline", 6) == 0)) {
		frame->module = report_copy(report, m.capture[0]);
	}
	if (match_line(" %l", rest, &m)) {
		const char *colon = memrchr(m.capture[0].at, ':', m.capture[0].size);
		frame->file = report_copy(
			report, (struct text){m.capture[0].at, (size_t)(colon - m.capture[0].at)});
		frame->line = (int)strtol(colon + 1, NULL, 10);
	}
}

static void add_frame(struct report *report, struct stack *stack, struct text function,
	struct text line, bool is_reliable)
{
	if (stack->n == LIMIT_FRAMES) {
		stack->is_cut = true;
		return;
	}
	struct console_frame frame = {.is_reliable = is_reliable};
	const char *behind = function.at + function.size;
	read_place(report, &frame, (struct text){behind, (size_t)(line.at + line.size - behind)});
	struct console_frame *last = stack->n > 0 ? &stack->frames[stack->n - 1] : NULL;
	bool is_same =
		last != NULL && last->has_offset && last->offset_bytes == frame.offset_bytes &&
		last->size_bytes == frame.size_bytes && strlen(last->function) == function.size &&
		memcmp(last->function, function.at, function.size) == 0;
	if (!is_same) {
		frame.function = report_copy(report, function);
		stack->frames[stack->n++] = frame;
	}
}

/* "__dump_stack lib/dump_stack.c:16 [inline]" */
static bool add_inline(struct report *report, struct stack *stack, struct text line)
{
	struct match m;
	if (!match_line("^%_%i %l [inline]\n^RIP: %x:%i %l [inline]", line, &m)) {
		return false;
	}
	size_t n = stack->n;
	add_frame(report, stack, m.capture[0], line, true);
	if (stack->n > n) {
		stack->frames[n].is_inline = true;
	}
	return true;
}

static void add_line(struct report *report, struct stack *stack, struct text line, bool is_reliable)
{
	struct match m;
	struct text caller;
	struct text function = guilty_frame(line, &caller);
	if (function.size == 0 && match_line("^%_%P? %f", line, &m)) {
		function = m.capture[0];
	}
	if (function.size > 0) {
		add_frame(report, stack, function, line, is_reliable);
		return;
	}
	if (match_line("RIP: 0010:%P%f", line, &m)) { /* an exception inside of the stack */
		add_frame(report, stack, m.capture[0], line, true);
		return;
	}
	add_inline(report, stack, line);
}

static bool ends_stack(struct text line)
{
	return match_line("^---[ end\n^Code: \n^Instruction dump\n^Modules linked in\n^Allocated "
			  "by\n^RIP: 0033:\n"
			  "^Kernel panic\n^Kernel Offset\n^Last Breaking",
		line, NULL);
}

/* The index behind the first heading of a stack; n when there is none. */
static size_t find_heading(const struct report_lines *lines)
{
	for (size_t i = 1; i < lines->n; i++) {
		if (match_line(CALL_TRACE, lines->text[i], NULL)) {
			return i + 1;
		}
	}
	return lines->n;
}

static size_t add_fault(
	struct report *report, struct stack *stack, const struct report_lines *lines, size_t end)
{
	for (size_t i = 0; i < end; i++) {
		struct match m;
		if (match_line(FAULT_LINE, lines->text[i], &m) && m.n > 0) {
			add_frame(report, stack, m.capture[0], lines->text[i], true);
			return i + 1;
		}
	}
	return 0;
}

void frames_read(struct report *report, const struct report_lines *lines)
{
	struct stack *stack = calloc(1, sizeof(*stack));
	size_t heading = find_heading(lines);
	size_t i = add_fault(report, stack, lines, heading);
	i = heading < lines->n ? heading : i > 0 ? i : 1;
	for (; i < lines->n; i++) {
		struct text line = lines->text[i];
		if (guilty_heading(line) || ends_stack(line)) {
			break;
		}
		add_line(report, stack, line, lines->flags == NULL || !(lines->flags[i] & 1));
	}
	report->public.frames = stack->n == 0 ? NULL
					      : obstack_copy(&report->memory, stack->frames,
							(int)(stack->n * sizeof(stack->frames[0])));
	report->public.n_frames = stack->n;
	report->public.limits |= stack->is_cut ? CONSOLE_LIMIT_FRAMES : 0;
	free(stack);
}
