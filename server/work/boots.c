/* Boots that failed, as bugs. A report in the console is the better name, and comes by the way of
 * all reports; else the end of the console gives one (console/boot.h). */
#include "work/boots.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "console/boot.h"
#include "console/console.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/boot.h"
#include "store/bug.h"
#include "store/db.h"
#include "store/stream.h"
#include "store/utf8.h"

/* TAIL: of the console, more than any kernel prints until its init; TEXT: what a person reads. */
enum { TAIL_BYTES = 256 << 10, TEXT_BYTES = 8192 };

static int occurrence_keep(struct db *tx, int64_t attempt_id, const char *claimed_at,
	const char *text, const struct console_boot *boot, int64_t start, int64_t end)
{
	_json_ json_t *said = json_pack("{s:s, s:s}", "title", boot->title, "text", text);
	_free_ char *report = json_dumps(said, JSON_COMPACT);
	const struct occurrence o = {.start_byte = OCCURRENCE_BOOT + start,
		.end_byte = OCCURRENCE_BOOT + end,
		.title = boot->title,
		.type = "BOOT",
		.report = report,
		.uptime_s = NAN,
		.reader_version = CONSOLE_READER_VERSION};
	int64_t bug_id = 0;
	const int outcome = boot_drop(tx, attempt_id, claimed_at, o.start_byte);
	return outcome != 0 ? outcome : occurrence_put(tx, attempt_id, claimed_at, &o, &bug_id);
}

int boots_keep(struct db *tx, int64_t attempt_id, const char *claimed_at, size_t n_reports)
{
	_free_ char *detail = NULL;
	_free_ char *bytes = NULL;
	int64_t console_bytes = 0;
	size_t size = 0;
	int outcome = boot_find(tx, attempt_id, &detail, &console_bytes);
	if (outcome != 0 || n_reports > 0) {
		return outcome == BOOT_NONE ? 0
		       : outcome != 0       ? outcome
					    : boot_drop(tx, attempt_id, claimed_at, -1);
	}
	const int64_t from = console_bytes > TAIL_BYTES ? console_bytes - TAIL_BYTES : 0;
	if (console_bytes > 0) {
		outcome = stream_read(tx, attempt_id, "console", from, TAIL_BYTES, &bytes, &size);
	}
	if (outcome != 0) {
		return outcome;
	}
	struct console_boot boot;
	console_boot(bytes != NULL ? bytes : "", size, detail, &boot);
	_free_ char *text = bytes == NULL
				    ? alloc_copy("")
				    : utf8_plain(bytes + boot.start, size - boot.start, TEXT_BYTES);
	return occurrence_keep(
		tx, attempt_id, claimed_at, text, &boot, from + (int64_t)boot.start, console_bytes);
}
