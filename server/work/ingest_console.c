/* Consoles into occurrences: a report shows as soon as it can be named, also while the attempt
 * still runs, and is kept again when it reads otherwise with more of it. */
#include "work/ingest.h"

#include "console/console.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"
#include "store/db.h"
#include "store/reading.h"
#include "store/stream.h"
#include "work/consoles.h"
#include "work/reports.h"

/* TURN: what one turn feeds at most, so that a console of 200 MB that must be read again does not
 * hold up the samples of others. */
enum { PIECE_BYTES = 1 << 20, TURN_BYTES = 16 << 20 };

/* A report is printed line by line and its name may change while it grows: a bug of its own must
 * not be made for each stage of that. An emulated machine prints a report in less than this. */
#define SETTLE_NS INT64_C(1500000000)

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

/* Keeps the first `ready` of `n` reports. */
static int found_keep(struct db *tx, const struct reading *reading, struct console_slot *slot,
	size_t ready, size_t n)
{
	if (n == 0 && slot->is_stored) {
		return 0;
	}
	_changes_ struct report_changes changes = {0};
	int outcome = reports_compare(tx, reading, slot->reader, ready, &changes);
	if (outcome == 0) {
		outcome = reports_keep(tx, reading, &changes);
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
		outcome = found_keep(tx, reading, slot, ready, n);
	}
	if (outcome == 0) {
		outcome = state_keep(tx, reading, slot, ready < n, is_end);
	}
	if (is_end) {
		consoles_drop(consoles, reading->attempt_id);
	}
	return outcome;
}
