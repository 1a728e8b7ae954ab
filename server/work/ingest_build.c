/* Build logs into occurrences, whole, once they and the attempt have ended: what an error means
 * depends on whether the build failed. Kept are what was found and what was compiled; the attempt
 * is counted when it is measured, as with its console. */
#include "work/ingest.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "buildlog/buildlog.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/array.h"
#include "store/bug.h"
#include "store/build.h"
#include "store/db.h"
#include "store/reading.h"
#include "store/stream.h"

/* LOG: a kernel with every option prints 3 MiB. Of more its beginning is read, and what it does not
 * hold says nothing. TEXT: what a person reads of a finding. */
enum { PIECE_BYTES = 1 << 20, LOG_BYTES = 32 << 20, TEXT_BYTES = 4096 };

static void log_cleanup(struct buildlog **log)
{
	buildlog_free(*log);
}
#define _log_ __attribute__((cleanup(log_cleanup)))

static int feed(struct db *tx, const struct reading *reading, struct buildlog *log)
{
	int64_t at = 0;
	while (at < reading->size_bytes && at < LOG_BYTES) {
		_free_ char *bytes = NULL;
		size_t size = 0;
		const int outcome = stream_read(
			tx, reading->attempt_id, reading->name, at, PIECE_BYTES, &bytes, &size);
		if (outcome != 0 || size == 0) {
			return outcome;
		}
		buildlog_feed(log, bytes, size);
		at += (int64_t)size;
	}
	return 0;
}

static int objects_keep(struct db *tx, const struct reading *reading, const struct buildlog *log)
{
	_array_ struct array objects;
	array_init(&objects);
	for (size_t i = 0; buildlog_object(log, i) != NULL; i++) {
		array_text(&objects, buildlog_object(log, i));
	}
	const bool is_known = reading->size_bytes <= LOG_BYTES && buildlog_object(log, 0) != NULL;
	return build_put(tx, reading->attempt_id, is_known ? &objects : NULL);
}

static int finding_keep(
	struct db *tx, const struct reading *reading, const struct buildlog_finding *f)
{
	_free_ char *text = NULL;
	const int outcome = reading_text(
		tx, reading, (int64_t)f->start_bytes, (int64_t)f->end_bytes, TEXT_BYTES, &text);
	if (outcome != 0) {
		return outcome;
	}
	_json_ json_t *said = json_pack("{s:s, s:s, s:I, s:b, s:s}", "title", f->title, "unit",
		f->unit, "times", (json_int_t)f->times, "is_warning", !f->is_error, "text", text);
	if (f->file[0] != '\0') {
		json_object_set_new(said, "file", json_string(f->file));
	}
	_free_ char *report = json_dumps(said, JSON_COMPACT);
	const struct occurrence o = {.start_byte = OCCURRENCE_BUILD + (int64_t)f->start_bytes,
		.end_byte = OCCURRENCE_BUILD + (int64_t)f->end_bytes,
		.title = f->title,
		.type = f->is_error ? "BUILD" : "BUILD_WARNING",
		.report = report,
		.uptime_s = NAN,
		.reader_version = BUILDLOG_READER_VERSION};
	int64_t bug_id = 0;
	return occurrence_put(tx, reading->attempt_id, reading->claimed_at, &o, &bug_id);
}

int ingest_build(struct db *tx, const struct reading *reading)
{
	_log_ struct buildlog *log = buildlog_new();
	_free_ char *why = NULL;
	int outcome = feed(tx, reading, log);
	if (outcome == 0) {
		outcome = build_find(tx, reading->attempt_id, &why);
	}
	const bool is_kept = outcome == 0;
	if (is_kept) {
		buildlog_finish(log, why);
		outcome = objects_keep(tx, reading, log);
	}
	for (size_t i = 0; is_kept && outcome == 0 && buildlog_finding(log, i) != NULL; i++) {
		outcome = finding_keep(tx, reading, buildlog_finding(log, i));
	}
	if (outcome != 0 && outcome != BUILD_NONE) {
		return outcome;
	}
	return reading_keep(tx, reading, reading->size_bytes, true, BUILDLOG_READER_VERSION, "{}");
}
