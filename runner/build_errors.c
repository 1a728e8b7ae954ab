/* A line that says error, and what follows it until the next build step: gcc prints source and
 * caret below. */
#include "runner/build_errors.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cut.h"

enum { BUILD_ERRORS_CONTEXT = 6, BUILD_ERRORS_LAST = 15, BUILD_ERRORS_LINE_MAX = 400 };

static const char *const build_error_signs[] = {
	": error:",
	": fatal error:",
	"*** ",
	"Error:",
	"error: ",
	"ld: ",
	"multiple definition of",
	"undefined reference",
};

/* A step of kbuild ("  CC      mm/migrate.o") or of make ends what belongs to an error. */
static bool build_is_step(const char *line, size_t n)
{
	return n > 4 && line[0] == ' ' && line[1] == ' ' && line[2] >= 'A' && line[2] <= 'Z' &&
	       line[3] >= 'A' && line[3] <= 'Z';
}

static bool build_is_error(const char *line, size_t n)
{
	for (size_t i = 0; i < sizeof(build_error_signs) / sizeof(build_error_signs[0]); i++) {
		if (memmem(line, n, build_error_signs[i], strlen(build_error_signs[i])) != NULL) {
			return true;
		}
	}
	return false;
}

static void build_print(FILE *out, const char *line, size_t n)
{
	const size_t shown = n <= BUILD_ERRORS_LINE_MAX ? n : cut_size(line, BUILD_ERRORS_LINE_MAX);
	fprintf(out, "%.*s\n", (int)shown, line);
}

static int build_select(FILE *out, const char *log, size_t size)
{
	int printed = 0;
	int context = 0;
	for (const char *line = log; line < log + size && printed < BUILD_ERRORS_LINES;) {
		const char *end = memchr(line, '\n', (size_t)(log + size - line));
		const size_t n = (size_t)((end != NULL ? end : log + size) - line);
		context = build_is_error(line, n)  ? BUILD_ERRORS_CONTEXT
			  : build_is_step(line, n) ? 0
						   : context;
		if (context > 0 && n > 0) {
			build_print(out, line, n);
			printed++;
			context--;
		}
		line += n + 1;
	}
	return printed;
}

static void build_tail(FILE *out, const char *log, size_t size)
{
	const char *start = log + size;
	for (int lines = 0; start > log && lines <= BUILD_ERRORS_LAST; start--) {
		lines += start[-1] == '\n';
		if (lines > BUILD_ERRORS_LAST) {
			break;
		}
	}
	fprintf(out, "%.*s", (int)(log + size - start), start);
}

char *build_errors(const char *log, size_t size)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	if (build_select(out, log, size) == 0) {
		build_tail(out, log, size);
	}
	fclose(out);
	text[cut_size(text, BUILD_ERRORS_MAX)] = '\0';
	return text;
}
