/* Reports that lost or mixed up lines: a title made from them would open a bug that does not exist.
 */
#include "console/report.h"

enum {
	WINDOW = 15,  /* lines behind a heading within which a frame must stand */
	SHORTEST = 3, /* lines that a stack has at least, with its heading */
};

/* riscv's last line of registers stands for a heading. */
static bool match_riscv(struct text line)
{
	return text_starts(line, "status: ") &&
	       match_line("^status: %x badaddr: %x cause: ", line, NULL);
}

static bool has_frame(const struct line *lines, size_t n)
{
	for (size_t i = 0; i < n && i < WINDOW; i++) {
		if (what_is_heading(lines[i].facts.what)) {
			return false;
		}
		if (lines[i].facts.what == WHAT_FRAME || lines[i].facts.what == WHAT_NO_STACK) {
			return true;
		}
	}
	return false;
}

/* The first stack of each kind must have frames. */
static const char *stack_why(const struct line *lines, size_t n)
{
	unsigned seen = 0;
	bool has_stack = false;
	for (size_t i = 0; i < n; i++) {
		enum what what = lines[i].facts.what;
		has_stack = has_stack || match_riscv(lines[i].text);
		if (!what_is_heading(what) || (seen & (1u << what))) {
			continue;
		}
		seen |= 1u << what;
		if (n - i < SHORTEST) {
			return "call trace is missed";
		}
		if (!has_frame(lines + i + 1, n - i - 1)) {
			return "no frames in a stack trace";
		}
	}
	return has_stack || seen != 0 ? NULL : "no stack trace in report";
}

const char *corrupt_why(
	const char *title, const struct format *format, const struct line *lines, size_t n)
{
	struct text t = {title, 0};
	while (title[t.size] != '\0') {
		t.size++;
	}
	if (match_line("[%_NUM.NUM]", t, NULL)) {
		return "title holds a time stamp";
	}
	for (size_t i = 0; i < n; i++) {
		if (lines[i].facts.what == WHAT_CONSOLE_CUT) {
			return "the virtual machine's console was cut";
		}
	}
	return format != NULL && (format->flags & FORMAT_NO_STACK) ? NULL : stack_why(lines, n);
}
