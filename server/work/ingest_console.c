/* Consoles into occurrences: a report shows as soon as it can be named, also while the attempt
 * still runs, and is kept again when it reads otherwise with more of it. */
#include "work/ingest.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "console/console.h"
#include "console/json.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"
#include "store/bug.h"
#include "store/db.h"
#include "store/reading.h"
#include "store/stream.h"
#include "store/tally.h"
#include "store/utf8.h"
#include "work/consoles.h"

/* TURN: what one turn feeds at most, so that a console of 200 MB that must be read again does not
 * hold up the samples of others. TITLE: far below what an index of PostgreSQL takes. TEXT: what a
 * person reads of a report; the whole of it is in the console. */
enum {
	PIECE_BYTES = 1 << 20,
	TURN_BYTES = 16 << 20,
	TITLE_BYTES = 1000,
	TITLES_MAX = 16,
	TEXT_BYTES = 32 << 10
};

/* A report is printed line by line and its name may change while it grows: a bug of its own must
 * not be made for each stage of that. An emulated machine prints a report in less than this. */
#define SETTLE_NS INT64_C(1500000000)

/* What the database holds of this console already, in order, with how far it has been compared; and
 * the cell to be counted anew, once something is to be changed. */
struct kept {
	struct occurrence_kept *list;
	size_t n;
	size_t at;
	bool is_changed;
	struct tally_cell cell;
};

static void kept_fini(struct kept *kept)
{
	occurrences_free(kept->list, kept->n);
}

/* Before the first change. */
static int kept_change(struct db *tx, const struct reading *reading, struct kept *kept)
{
	if (kept->is_changed) {
		return 0;
	}
	kept->is_changed = true;
	return tally_lock(tx, reading->attempt_id, &kept->cell);
}

static int feed(struct db *tx, const struct reading *reading, struct console_slot *slot)
{
	/* A reader that had to make room for others begins anew: it must come further than the one
	 * before it, or two such consoles would take each other's place for ever. */
	const int64_t known =
		slot->fed_bytes > reading->read_bytes ? slot->fed_bytes : reading->read_bytes;
	const int64_t until = known + TURN_BYTES;
	while (slot->fed_bytes < reading->size_bytes && slot->fed_bytes < until) {
		_free_ char *bytes = NULL;
		size_t size = 0;
		const int outcome = stream_read(tx, reading->attempt_id, reading->name,
			slot->fed_bytes, PIECE_BYTES, &bytes, &size);
		if (outcome != 0 || size == 0) {
			return outcome;
		}
		console_reader_feed(slot->reader, bytes, size);
		slot->fed_bytes += (int64_t)size;
	}
	return 0;
}

/* How many reports are ready to be kept: all but the last, if that may still grow and has not been
 * given its time. */
static size_t reports_ready(struct console_slot *slot, bool is_end)
{
	const size_t n = console_reader_count(slot->reader);
	const int64_t now_ns = number_monotonic_ns();
	if (n > slot->n_seen) {
		slot->settle_ns = now_ns + SETTLE_NS;
	}
	slot->n_seen = n;
	const bool is_waiting = n > 0 && !is_end && slot->settle_ns > now_ns &&
				!console_reader_report(slot->reader, n - 1)->is_final;
	return is_waiting ? n - 1 : n;
}

static bool is_same(
	const struct occurrence_kept *kept, const struct console_report *r, const char *title)
{
	return kept->end_byte == (int64_t)r->end_bytes &&
	       kept->reader_version == CONSOLE_READER_VERSION &&
	       kept->is_panicked == r->is_panicked && strcmp(kept->title, title) == 0;
}

/* What is kept of the report that begins at `start`, or NULL. Reports are asked for in order. */
static const struct occurrence_kept *kept_find(struct kept *kept, int64_t start)
{
	while (kept->at < kept->n && kept->list[kept->at].start_byte < start) {
		kept->at++;
	}
	const bool is_there = kept->at < kept->n && kept->list[kept->at].start_byte == start;
	return is_there ? &kept->list[kept->at] : NULL;
}

/* The report as people read it, beside what was read out of it: SQL cannot inflate the console. */
static int report_text_add(
	struct db *tx, const struct reading *reading, const struct console_report *r, json_t *json)
{
	const size_t wanted = (size_t)(r->end_bytes - r->lead_bytes);
	_free_ char *bytes = NULL;
	size_t size = 0;
	const int outcome = stream_read(tx, reading->attempt_id, reading->name,
		(int64_t)r->lead_bytes, wanted < TEXT_BYTES ? wanted : TEXT_BYTES, &bytes, &size);
	if (outcome != 0) {
		return outcome;
	}
	_free_ char *text = utf8_plain(bytes, size, TEXT_BYTES);
	json_object_set_new(json, "text", json_string(text));
	return 0;
}

static int report_put(struct db *tx, const struct reading *reading, const struct console_report *r,
	const char *title, int64_t *bug_id)
{
	_json_ json_t *json = console_report_json(r);
	int outcome = report_text_add(tx, reading, r, json);
	if (outcome != 0) {
		return outcome;
	}
	char *alts[TITLES_MAX];
	const size_t n_alts = r->n_alts < TITLES_MAX ? r->n_alts : TITLES_MAX;
	for (size_t i = 0; i < n_alts; i++) {
		alts[i] = utf8_clean(r->alts[i], strlen(r->alts[i]), TITLE_BYTES);
	}
	_free_ char *text = json_dumps(json, JSON_COMPACT);
	const struct occurrence occurrence = {.start_byte = (int64_t)r->start_bytes,
		.end_byte = (int64_t)r->end_bytes,
		.title = title,
		.alts = (const char *const *)alts,
		.n_alts = n_alts,
		.type = r->type,
		.report = text,
		.uptime_s = r->uptime_s,
		.reader_version = CONSOLE_READER_VERSION,
		.is_corrupted = r->is_corrupted};
	outcome = occurrence_put(tx, reading->attempt_id, reading->claimed_at, &occurrence, bug_id);
	for (size_t i = 0; i < n_alts; i++) {
		free(alts[i]);
	}
	return outcome;
}

static int report_keep(struct db *tx, const struct reading *reading, const struct console_report *r,
	struct kept *kept)
{
	_free_ char *title = utf8_clean(r->title, strlen(r->title), TITLE_BYTES);
	const struct occurrence_kept *before = kept_find(kept, (int64_t)r->start_bytes);
	if (before != NULL && is_same(before, r, title)) {
		return 0;
	}
	int64_t bug_id = 0;
	int outcome = kept_change(tx, reading, kept);
	if (outcome == 0) {
		outcome = report_put(tx, reading, r, title, &bug_id);
	}
	if (outcome != 0 || before == NULL || before->bug_id == bug_id) {
		return outcome;
	}
	return bug_forget(tx, before->bug_id);
}

/* What an earlier reading took for a report and this one does not goes away. */
static int stale_drop(struct db *tx, const struct reading *reading, struct kept *kept,
	const int64_t *starts, size_t n)
{
	size_t at = 0;
	bool is_stale = false;
	for (size_t i = 0; i < kept->n && !is_stale; i++) {
		while (at < n && starts[at] < kept->list[i].start_byte) {
			at++;
		}
		is_stale = at == n || starts[at] != kept->list[i].start_byte;
	}
	if (!is_stale) {
		return 0;
	}
	int outcome = kept_change(tx, reading, kept);
	if (outcome == 0) {
		outcome = occurrence_drop(tx, reading->attempt_id, reading->claimed_at, starts, n);
	}
	for (size_t i = 0; i < kept->n && outcome == 0; i++) {
		outcome = bug_forget(tx, kept->list[i].bug_id);
	}
	return outcome;
}

/* Keeps the first `ready` of `n` reports. Those that something outside of the kernel caused are
 * none of its bugs. */
static int reports_keep(struct db *tx, const struct reading *reading, struct console_slot *slot,
	size_t ready, size_t n)
{
	if (n == 0 && slot->is_stored) {
		return 0;
	}
	__attribute__((cleanup(kept_fini))) struct kept kept = {0};
	int outcome =
		occurrence_list(tx, reading->attempt_id, reading->claimed_at, &kept.list, &kept.n);
	_free_ int64_t *starts = alloc_zero(n + 1, sizeof(*starts));
	size_t n_starts = 0;
	for (size_t i = 0; i < n && outcome == 0; i++) {
		const struct console_report *r = console_reader_report(slot->reader, i);
		if (!r->is_suppressed) {
			outcome = i < ready ? report_keep(tx, reading, r, &kept) : 0;
			starts[n_starts++] = (int64_t)r->start_bytes;
		}
	}
	if (outcome == 0) {
		outcome = stale_drop(tx, reading, &kept, starts, n_starts);
	}
	if (outcome == 0 && kept.is_changed) {
		outcome = tally_keep(tx, &kept.cell);
	}
	slot->is_stored = outcome == 0;
	return outcome;
}

/* While a report is waited for, the last byte counts as unread: so the console is looked at again,
 * by whoever does it then. READING_NONE: nothing has changed since the last look. */
static int state_keep(struct db *tx, const struct reading *reading, struct console_slot *slot,
	bool is_waiting, bool is_end)
{
	const int64_t come_to = slot->fed_bytes - is_waiting;
	const int64_t read_bytes = come_to > reading->read_bytes ? come_to : reading->read_bytes;
	if (is_waiting && read_bytes == reading->read_bytes) {
		return READING_NONE;
	}
	_free_ char *state = alloc_format("{\"reports\":%zu,\"lost\":%zu}",
		console_reader_count(slot->reader), console_reader_lost(slot->reader));
	return reading_keep(tx, reading, read_bytes, is_end, CONSOLE_READER_VERSION, state);
}

int ingest_console(struct db *tx, const struct reading *reading, struct consoles *consoles)
{
	struct console_slot *slot = consoles_take(consoles, reading->attempt_id);
	int outcome = feed(tx, reading, slot);
	if (outcome != 0) {
		return outcome;
	}
	const bool is_end = reading->is_complete && slot->fed_bytes >= reading->size_bytes;
	if (is_end) {
		console_reader_finish(slot->reader);
	}
	const size_t n = console_reader_count(slot->reader);
	const size_t ready = reports_ready(slot, is_end);
	/* A reader that is fed again from the beginning knows less than is stored until it has come
	 * as far as the last one. */
	if (slot->fed_bytes >= reading->read_bytes) {
		outcome = reports_keep(tx, reading, slot, ready, n);
	}
	if (outcome == 0) {
		outcome = state_keep(tx, reading, slot, ready < n, is_end);
	}
	if (is_end) {
		consoles_drop(consoles, reading->attempt_id);
	}
	return outcome;
}
