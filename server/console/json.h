/* Crash reports as JSON: the form in which they are stored, shown and printed. */
#pragma once

#include "console/console.h"

/* A writer, whose memory serves one report behind the other. */
struct report_json;

/* Owned by the caller. */
struct report_json *report_json_new(void);
void report_json_free(struct report_json *json);
void report_json_cleanup(struct report_json **json);
#define _report_json_ __attribute__((cleanup(report_json_cleanup)))

/* All of a report, or of none (NULL: an empty title), as one object on one line; `text` behind it
 * as its member `name`. Absent values are absent. Bytes that are no Unicode are shown as '?'. What
 * is answered lives until the next call. */
const char *report_json(struct report_json *json, const struct console_report *report,
	const char *name, const char *text);
