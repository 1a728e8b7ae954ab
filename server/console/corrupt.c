/* Reports that lost or mixed up lines: a title made from them would open a bug that does not exist.
 */
#include "console/guilty.h"
#include "console/report.h"

enum {
	WINDOW = 15,  /* lines behind a heading within which a frame must stand */
	SHORTEST = 3, /* lines that a stack has at least, with its heading */
};

static const char *const headings[] = {
	"Call {T|t}race",
	"Allocated:",
	"Allocated by task %d:",
	"Freed:",
	"Freed by task %d:",
	" backtrace:",
	"Backtrace:",
	"Uninit was stored to memory at",
};

static bool has_frame(const struct text *lines, size_t n)
{
	for (size_t i = 0; i < n && i < WINDOW; i++) {
		struct text caller;
		if (guilty_heading(lines[i])) {
			return false;
		}
		if (guilty_frame(lines[i], &caller).size > 0 ||
			text_has(lines[i], "(stack is not available)")) {
			return true;
		}
	}
	return false;
}

static bool is_heading(const char *heading, struct text line)
{
	return match_line(heading, line, NULL) && !text_has(line, "stack backtrace:");
}

static const char *stack_why(const struct text *lines, size_t n)
{
	bool has_stack = false;
	for (size_t h = 0; h < sizeof(headings) / sizeof(headings[0]); h++) {
		size_t i = 0;
		while (i < n && !is_heading(headings[h], lines[i])) {
			i++;
		}
		if (i == n) {
			continue;
		}
		has_stack = true;
		if (n - i < SHORTEST) {
			return "call trace is missed";
		}
		if (!has_frame(lines + i + 1, n - i - 1)) {
			return "no frames in a stack trace";
		}
	}
	for (size_t i = 0; i < n && !has_stack; i++) {
		has_stack = match_line("status: %x badaddr: %x cause: ", lines[i], NULL);
	}
	return has_stack ? NULL : "no stack trace in report";
}

const char *corrupt_why(
	const char *title, const struct format *format, const struct text *lines, size_t n)
{
	struct text t = {title, 0};
	while (title[t.size] != '\0') {
		t.size++;
	}
	if (match_line("[%_NUM.NUM]", t, NULL)) {
		return "title holds a time stamp";
	}
	for (size_t i = 0; i < n; i++) {
		if (text_has(lines[i], "serialport: VM disconnected.")) {
			return "the virtual machine's console was cut";
		}
	}
	return format != NULL && (format->flags & FORMAT_NO_STACK) ? NULL : stack_why(lines, n);
}
