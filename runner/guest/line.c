/* One line of JSON in a buffer of fixed size. */
#include "line.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void line_begin(struct line *line, const char *type)
{
	line->used = 0;
	line_add(line, "{\"type\":\"%s\"", type);
}

void line_add(struct line *line, const char *format, ...)
{
	const size_t room = sizeof(line->text) - line->used;
	va_list args;
	va_start(args, format);
	const int wanted = vsnprintf(line->text + line->used, room, format, args);
	va_end(args);
	if (wanted < 0 || (size_t)wanted >= room) {
		line->used = sizeof(line->text) - 1;
		return;
	}
	line->used += (size_t)wanted;
}

void line_add_string(struct line *line, const char *text)
{
	line_add(line, "\"");
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\') {
			line_add(line, "\\%c", *c);
		} else {
			line_add(line, "%c", *c >= ' ' && *c <= '~' ? *c : '?');
		}
	}
	line_add(line, "\"");
}

void line_add_counters(struct line *line, const int64_t *values, size_t count)
{
	line_add(line, "[");
	for (size_t i = 0; i < count; i++) {
		const char *comma = i > 0 ? "," : "";
		if (values[i] < 0) {
			line_add(line, "%snull", comma);
		} else {
			line_add(line, "%s%" PRId64, comma, values[i]);
		}
	}
	line_add(line, "]");
}

int line_is_cut(const struct line *line)
{
	return line->used == sizeof(line->text) - 1;
}
