/* The reports that a reader has found, against what is stored of its console or build log. */
#include "work/reports.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "buildlog/buildlog.h"
#include "console/console.h"
#include "console/json.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/reading.h"
#include "store/tally.h"
#include "store/utf8.h"

/* TITLE: far below what an index of PostgreSQL takes. TEXT, FOUND: what a person reads of a report
 * and of a finding; the whole of it is in the console or the log. */
enum { TITLE_BYTES = 1000, TITLES_MAX = 16, TEXT_BYTES = 32 << 10, FOUND_BYTES = 4096 };

static void change_fini(struct report_change *change)
{
	for (size_t i = 0; i < change->now.n_alts; i++) {
		free((char *)change->alts[i]);
	}
	free(change->alts);
	free(change->title);
}

void report_changes_fini(struct report_changes *changes)
{
	for (size_t i = 0; i < changes->n; i++) {
		change_fini(&changes->list[i]);
	}
	occurrences_free(changes->kept, changes->n_kept);
	free(changes->list);
	free(changes->starts);
	*changes = (struct report_changes){0};
}

static bool is_same(
	const struct occurrence_kept *kept, const struct console_report *r, const char *title)
{
	return kept->end_byte == (int64_t)r->end_bytes &&
	       kept->reader_version == CONSOLE_READER_VERSION &&
	       kept->is_panicked == r->is_panicked && strcmp(kept->title, title) == 0;
}

static struct occurrence occurrence_make(
	const struct console_report *r, const char *title, const char **alts, size_t n_alts)
{
	return (struct occurrence){.start_byte = (int64_t)r->start_bytes,
		.end_byte = (int64_t)r->end_bytes,
		.title = title,
		.alts = alts,
		.n_alts = n_alts,
		.type = r->type,
		.uptime_s = r->uptime_s,
		.reader_version = CONSOLE_READER_VERSION,
		.is_corrupted = r->is_corrupted};
}

/* Adds the report to the list unless it is stored just so. */
static void report_compare(struct report_changes *changes, const struct occurrence_kept *before,
	const struct console_report *r)
{
	_free_ char *title = utf8_clean(r->title, strlen(r->title), TITLE_BYTES);
	if (before != NULL && is_same(before, r, title)) {
		return;
	}
	const size_t n_alts = r->n_alts < TITLES_MAX ? r->n_alts : TITLES_MAX;
	const char **alts = alloc_zero(n_alts + 1, sizeof(*alts));
	for (size_t i = 0; i < n_alts; i++) {
		alts[i] = utf8_clean(r->alts[i], strlen(r->alts[i]), TITLE_BYTES);
	}
	changes->list[changes->n++] = (struct report_change){.before = before,
		.report = r,
		.now = occurrence_make(r, title, alts, n_alts),
		.title = title,
		.alts = alts};
	title = NULL;
}

/* What an earlier reading took for a report and this one does not. Both lists are in order. */
static void vanished_add(struct report_changes *changes)
{
	size_t at = 0;
	for (size_t i = 0; i < changes->n_kept; i++) {
		const struct occurrence_kept *kept = &changes->kept[i];
		while (at < changes->n_starts && changes->starts[at] < kept->start_byte) {
			at++;
		}
		if (at == changes->n_starts || changes->starts[at] != kept->start_byte) {
			changes->list[changes->n++] = (struct report_change){.before = kept};
		}
	}
}

/* What is stored of the stream, and room for `n` reports beside it. */
static int kept_read(
	struct db *tx, const struct reading *reading, size_t n, struct report_changes *out)
{
	const int outcome = occurrence_list(tx, reading->attempt_id, reading->claimed_at,
		reading->name, &out->kept, &out->n_kept);
	if (outcome == 0) {
		out->starts = alloc_zero(n + 1, sizeof(*out->starts));
		out->list = alloc_zero(n + out->n_kept + 1, sizeof(*out->list));
	}
	return outcome;
}

/* Notes where a report begins and finds what is stored there; `at` goes along with both orders. */
static const struct occurrence_kept *kept_at(
	struct report_changes *changes, int64_t start, size_t *at)
{
	changes->starts[changes->n_starts++] = start;
	while (*at < changes->n_kept && changes->kept[*at].start_byte < start) {
		(*at)++;
	}
	const bool is_kept = *at < changes->n_kept && changes->kept[*at].start_byte == start;
	return is_kept ? &changes->kept[*at] : NULL;
}

int reports_compare(struct db *tx, const struct reading *reading, struct console_reader *reader,
	size_t ready, struct report_changes *out)
{
	const size_t n = console_reader_count(reader);
	const int outcome = kept_read(tx, reading, n, out);
	if (outcome != 0) {
		return outcome;
	}
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		const struct console_report *r = console_reader_report(reader, i);
		const int64_t start = (int64_t)r->start_bytes;
		if (r->is_suppressed) {
			continue;
		}
		const struct occurrence_kept *before = kept_at(out, start, &at);
		if (i < ready) {
			report_compare(out, before, r);
		}
	}
	vanished_add(out);
	return 0;
}

static void finding_compare(struct report_changes *changes, const struct occurrence_kept *before,
	const struct buildlog_finding *f)
{
	const int64_t end = OCCURRENCE_BUILD + (int64_t)f->end_bytes;
	if (before != NULL && before->end_byte == end &&
		before->reader_version == BUILDLOG_READER_VERSION &&
		strcmp(before->title, f->title) == 0) {
		return;
	}
	char *title = alloc_copy(f->title);
	changes->list[changes->n++] = (struct report_change){.before = before,
		.found = f,
		.now = {.start_byte = OCCURRENCE_BUILD + (int64_t)f->start_bytes,
			.end_byte = end,
			.title = title,
			.type = f->is_error ? "BUILD" : "BUILD_WARNING",
			.uptime_s = NAN,
			.reader_version = BUILDLOG_READER_VERSION},
		.title = title};
}

int reports_compare_build(struct db *tx, const struct reading *reading, const struct buildlog *log,
	struct report_changes *out)
{
	size_t n = 0;
	while (buildlog_finding(log, n) != NULL) {
		n++;
	}
	const int outcome = kept_read(tx, reading, n, out);
	if (outcome != 0) {
		return outcome;
	}
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		const struct buildlog_finding *f = buildlog_finding(log, i);
		const int64_t start = OCCURRENCE_BUILD + (int64_t)f->start_bytes;
		finding_compare(out, kept_at(out, start, &at), f);
	}
	vanished_add(out);
	return 0;
}

bool report_is_there(const struct report_change *change)
{
	return change->report != NULL || change->found != NULL;
}

static int console_said(
	struct db *tx, const struct reading *reading, const struct console_report *r, char **out)
{
	_report_json_ struct report_json *json = report_json_new();
	_free_ char *text = NULL;
	const int outcome = reading_text(
		tx, reading, (int64_t)r->lead_bytes, (int64_t)r->end_bytes, TEXT_BYTES, &text);
	if (outcome == 0) {
		*out = alloc_copy(report_json(json, r, "text", text));
	}
	return outcome;
}

static int build_said(
	struct db *tx, const struct reading *reading, const struct buildlog_finding *f, char **out)
{
	_free_ char *text = NULL;
	const int outcome = reading_text(
		tx, reading, (int64_t)f->start_bytes, (int64_t)f->end_bytes, FOUND_BYTES, &text);
	if (outcome != 0) {
		return outcome;
	}
	_json_ json_t *said = json_pack("{s:s, s:s, s:I, s:b, s:s}", "title", f->title, "unit",
		f->unit, "times", (json_int_t)f->times, "is_warning", !f->is_error, "text", text);
	if (f->file[0] != '\0') {
		json_object_set_new(said, "file", json_string(f->file));
	}
	*out = json_dumps(said, JSON_COMPACT);
	return 0;
}

static int report_keep(struct db *tx, const struct reading *reading, struct report_change *change)
{
	_free_ char *said = NULL;
	int outcome = change->found != NULL ? build_said(tx, reading, change->found, &said)
					    : console_said(tx, reading, change->report, &said);
	if (outcome != 0) {
		return outcome;
	}
	struct occurrence now = change->now;
	now.report = said;
	outcome =
		occurrence_put(tx, reading->attempt_id, reading->claimed_at, &now, &change->bug_id);
	if (outcome != 0 || change->before == NULL || change->before->bug_id == change->bug_id) {
		return outcome;
	}
	return bug_forget(tx, change->before->bug_id);
}

static int changes_keep(
	struct db *tx, const struct reading *reading, struct report_changes *changes)
{
	int outcome = 0;
	size_t i = 0;
	for (; i < changes->n && report_is_there(&changes->list[i]) && outcome == 0; i++) {
		outcome = report_keep(tx, reading, &changes->list[i]);
	}
	if (outcome != 0 || i == changes->n) {
		return outcome;
	}
	outcome = occurrence_drop(tx, reading->attempt_id, reading->claimed_at, reading->name,
		changes->starts, changes->n_starts);
	for (; i < changes->n && outcome == 0; i++) {
		outcome = bug_forget(tx, changes->list[i].before->bug_id);
	}
	return outcome;
}

int reports_keep(struct db *tx, const struct reading *reading, struct report_changes *changes)
{
	if (changes->n == 0) {
		return 0;
	}
	struct tally_cell cell;
	int outcome = tally_lock(tx, reading->attempt_id, &cell);
	if (outcome == 0) {
		outcome = changes_keep(tx, reading, changes);
	}
	return outcome == 0 ? tally_keep(tx, &cell) : outcome;
}
