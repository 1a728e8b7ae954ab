/* The reports that a reader has found, against what is stored of its console. */
#include "work/reports.h"

#include <stdlib.h>
#include <string.h>

#include "console/console.h"
#include "console/json.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/reading.h"
#include "store/tally.h"
#include "store/utf8.h"

/* TITLE: far below what an index of PostgreSQL takes. TEXT: what a person reads of a report; the
 * whole of it is in the console. */
enum { TITLE_BYTES = 1000, TITLES_MAX = 16, TEXT_BYTES = 32 << 10 };

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

int reports_compare(struct db *tx, const struct reading *reading, struct console_reader *reader,
	size_t ready, struct report_changes *out)
{
	const int outcome = occurrence_list(
		tx, reading->attempt_id, reading->claimed_at, &out->kept, &out->n_kept);
	if (outcome != 0) {
		return outcome;
	}
	const size_t n = console_reader_count(reader);
	out->starts = alloc_zero(n + 1, sizeof(*out->starts));
	out->list = alloc_zero(n + out->n_kept + 1, sizeof(*out->list));
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		const struct console_report *r = console_reader_report(reader, i);
		const int64_t start = (int64_t)r->start_bytes;
		if (r->is_suppressed) {
			continue;
		}
		out->starts[out->n_starts++] = start;
		while (at < out->n_kept && out->kept[at].start_byte < start) {
			at++;
		}
		const bool is_kept = at < out->n_kept && out->kept[at].start_byte == start;
		if (i < ready) {
			report_compare(out, is_kept ? &out->kept[at] : NULL, r);
		}
	}
	vanished_add(out);
	return 0;
}

static int report_keep(struct db *tx, const struct reading *reading, struct report_change *change)
{
	_report_json_ struct report_json *json = report_json_new();
	_free_ char *text = NULL;
	int outcome = reading_text(tx, reading, (int64_t)change->report->lead_bytes,
		(int64_t)change->report->end_bytes, TEXT_BYTES, &text);
	if (outcome != 0) {
		return outcome;
	}
	struct occurrence now = change->now;
	now.report = report_json(json, change->report, "text", text);
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
	for (; i < changes->n && changes->list[i].report != NULL && outcome == 0; i++) {
		outcome = report_keep(tx, reading, &changes->list[i]);
	}
	if (outcome != 0 || i == changes->n) {
		return outcome;
	}
	outcome = occurrence_drop(
		tx, reading->attempt_id, reading->claimed_at, changes->starts, changes->n_starts);
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
