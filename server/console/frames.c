/* The stack of a report: the faulting line, then the first stack under a heading. */
#include "console/limits.h"
#include "console/report.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"

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
	const char *plus = text_find(rest, "+0x", 3);
	if (plus != NULL) {
		frame->has_offset = true;
		frame->offset_bytes = hex_at(plus + 1, end);
		const char *slash = memchr(plus, '/', (size_t)(end - plus));
		frame->size_bytes = slash == NULL ? 0 : hex_at(slash + 1, end);
	}
	if (memchr(rest.at, ' ', rest.size) == NULL) {
		return; /* most frames end here */
	}
	struct match m;
	if (match_line(" [%i]\n [%i %x]\n [%i%(", rest, &m) &&
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

/* arm32: "f from g+0x58/0x1a0", "[<a>] (f) from [<b>] (g+0x58/0x1a0)". The offset is the caller's;
 * the function was the caller of the line before. */
static void add_called(struct report *report, struct stack *stack, const struct line *line)
{
	struct text function = line_function(line);
	struct text caller = line_caller(line);
	const char *last = stack->n > 0 ? stack->frames[stack->n - 1].function : "";
	bool is_last =
		strlen(last) == function.size && memcmp(last, function.at, function.size) == 0;
	if (!is_last) {
		struct text own = {line->text.at, (size_t)(caller.at - line->text.at)};
		add_frame(report, stack, function, own, true);
	}
	add_frame(report, stack, caller, line->text, true);
}

static void add_line(struct report *report, struct stack *stack, const struct line *line)
{
	bool is_own = line->facts.what == WHAT_FRAME || line->facts.what == WHAT_FAULT;
	if (is_own && line->facts.caller_size > 0) {
		add_called(report, stack, line);
		return;
	}
	if (is_own && line->facts.function_size > 0) {
		add_frame(
			report, stack, line_function(line), line->text, !line->facts.is_unreliable);
		return;
	}
	if (line->facts.what == WHAT_OTHER || line->facts.what == WHAT_MARK) {
		add_inline(report, stack, line->text);
	}
}

/* Kernel stacks end here; a faulting line without a function shows user space. */
static bool ends_stack(const struct line *line)
{
	switch ((enum what)line->facts.what) {
	case WHAT_CALL_TRACE:
	case WHAT_BACKTRACE:
	case WHAT_LEAK_TRACE:
	case WHAT_ALLOCATED:
	case WHAT_FREED:
	case WHAT_UNINIT:
	case WHAT_CODE:
	case WHAT_END:
	case WHAT_MODULES:
	case WHAT_PANIC:
		return true;
	case WHAT_FAULT:
		return line->facts.function_size == 0;
	case WHAT_OTHER: /* s390 */
		return text_starts(line->text, "Last Breaking-Event-Address");
	case WHAT_FRAME:
	case WHAT_LINK:
	case WHAT_INTERRUPT:
	case WHAT_TASK:
	case WHAT_TRAP:
	case WHAT_CIRCULAR:
	case WHAT_FOREIGN:
	case WHAT_TAINTING:
	case WHAT_CPU_TRACES:
	case WHAT_NO_STACK:
	case WHAT_PAGE:
	case WHAT_MONITOR:
	case WHAT_CONSOLE_CUT:
	case WHAT_MARK:
		break;
	}
	return false;
}

/* The index behind the first heading of a stack; n when there is none. */
static size_t find_heading(const struct lines *lines)
{
	for (size_t i = 1; i < lines->n; i++) {
		enum what what = lines->line[i].facts.what;
		if (what == WHAT_CALL_TRACE || what == WHAT_BACKTRACE) {
			return i + 1;
		}
	}
	return lines->n;
}

/* Adds the faulting line's function; answers the index behind it, 0 when there is none. */
static size_t add_fault(
	struct report *report, struct stack *stack, const struct lines *lines, size_t end)
{
	for (size_t i = 0; i < end; i++) {
		const struct line *line = &lines->line[i];
		if (line->facts.what == WHAT_FAULT && line->facts.function_size > 0) {
			add_line(report, stack, line);
			stack->frames[0].is_fault = stack->n > 0;
			return i + 1;
		}
	}
	return 0;
}

void frames_read(struct report *report, const struct lines *lines)
{
	_free_ struct stack *stack = alloc_resize(NULL, 1, sizeof(*stack));
	stack->n = 0;
	stack->is_cut = false;
	size_t heading = find_heading(lines);
	size_t i = add_fault(report, stack, lines, heading);
	i = heading < lines->n ? heading : i > 0 ? i : 1;
	while (i < lines->n && !ends_stack(&lines->line[i])) {
		add_line(report, stack, &lines->line[i]);
		i++;
	}
	struct console_report *out = &report->public;
	if (stack->n > 0) {
		out->frames =
			report_keep(report, stack->frames, stack->n * sizeof(stack->frames[0]));
	}
	out->n_frames = stack->n;
	out->limits |= stack->is_cut ? CONSOLE_LIMIT_FRAMES : 0;
}
