/* What a console ends with that came to no workload. Of a hang nothing is known but where it was:
 * the last line is its name, unless one before it is known to be the reason. */
#include "console/boot.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/line.h"
#include "console/match.h"
#include "console/title.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"

/* LAST: lines that are shown, and among which a reason is looked for. LINE: of the last line, what
 * is quoted. */
enum { LAST_LINES = 25, LINE_BYTES = 90, LINE_MAX = 4096 };

/* Lines that say why nothing follows. */
static const struct {
	const char *line;
	const char *name;
} reasons[] = {
	{"No working init found", "no init found"},
	{"Failed to execute %S", "cannot execute its init"},
	{"Unable to mount root fs\nCannot open root device", "no root file system"},
	{"{Initramfs|initramfs|rootfs} {unpacking failed|image is not initramfs}",
		"the initramfs cannot be unpacked"},
	{"No bootable device", "no bootable device"},
	{"-- System halted", "the kernel cannot be unpacked"},
};

/* How it ended, by the runner's words. */
static const struct {
	const char *detail;
	const char *verb;
} ends[] = {
	{"was reset", "resets"},
	{"powered off", "powers off"},
	{"it wrote more than", "never stops writing"},
};

static const char *verb_of(const char *detail)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (strstr(detail, ends[i].detail) != NULL) {
			return ends[i].verb;
		}
	}
	return "hangs";
}

/* The last line that begins before `end`, without its prefixes; false at the beginning. */
static bool line_before(
	const char *bytes, size_t *end, char line[LINE_MAX], struct text *out, size_t *start)
{
	if (*end == 0) {
		return false;
	}
	size_t to = *end - (bytes[*end - 1] == '\n');
	size_t from = to;
	while (from > 0 && bytes[from - 1] != '\n') {
		from--;
	}
	const size_t n = to - from < LINE_MAX ? to - from : LINE_MAX;
	memcpy(line, bytes + from, n);
	*out = line_read((struct text){line, line_clean(line, n)}).text;
	*start = from;
	*end = from;
	return true;
}

static bool has_word(struct text line)
{
	size_t letters = 0;
	for (size_t i = 0; i < line.size; i++) {
		const char c = (char)(line.at[i] | 0x20);
		letters += c >= 'a' && c <= 'z';
	}
	return letters >= 3;
}

static const char *reason_of(struct text line)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (match_line(reasons[i].line, line, NULL)) {
			return reasons[i].name;
		}
	}
	return NULL;
}

/* Whether the kernel begins again behind its first lines. */
static bool is_restarted(const char *bytes, size_t size)
{
	static const char sign[] = "Linux version ";
	const char *first = memmem(bytes, size, sign, sizeof(sign) - 1);
	return first != NULL && memmem(first + 1, (size_t)(bytes + size - first - 1), sign,
					sizeof(sign) - 1) != NULL;
}

/* `last` is empty where the console has no word. */
static void title_write(const char *verb, const char *last, char out[CONSOLE_BOOT_TITLE])
{
	char line[TITLE_MAX];
	snprintf(line, sizeof(line), "%.*s", LINE_BYTES, last);
	title_clean(line);
	snprintf(out, CONSOLE_BOOT_TITLE,
		line[0] != '\0' ? "boot: %s after \"%s\"" : "boot: %s without a word", verb, line);
}

void console_boot(const char *bytes, size_t size, const char *detail, struct console_boot *out)
{
	_free_ char *line = alloc_zero(LINE_MAX, 1);
	_free_ char *last = NULL;
	const char *reason = NULL;
	struct text text = {NULL, 0};
	size_t at = size;
	*out = (struct console_boot){.start = size};
	for (int n = 0; n < LAST_LINES && line_before(bytes, &at, line, &text, &out->start); n++) {
		if (last == NULL && has_word(text)) {
			last = alloc_copy_n(text.at, text.size);
		}
		reason = reason != NULL ? reason : reason_of(text);
	}
	if (reason != NULL) {
		snprintf(out->title, sizeof(out->title), "boot: %s", reason);
		return;
	}
	title_write(is_restarted(bytes, size) ? "restarts" : verb_of(detail),
		last != NULL ? last : "", out->title);
}
