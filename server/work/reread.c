/* Reads consoles and build logs again that an older reader has read. The preview asks for each
 * report which bug it would belong to, and remembers the titles that bugs would get on the way;
 * nothing but the pass's own tables is written. Applying goes the way of every report that arrives
 * (work/reports.h). */
#include "work/reread.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buildlog/buildlog.h"
#include "console/console.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "store/build.h"
#include "store/db.h"
#include "store/reading.h"
#include "store/reread.h"
#include "store/stream.h"
#include "store/symbol.h"
#include "store/tally.h"
#include "work/buildlogs.h"
#include "work/reports.h"

enum { PIECE_BYTES = 1 << 20 };

static void reader_cleanup(struct console_reader **reader)
{
	console_reader_free(*reader);
}
#define _reader_ __attribute__((cleanup(reader_cleanup)))

/* Where a report goes: a bug, or (in a preview) the title of one that would be made. */
struct goal {
	int64_t bug_id;
	char *new_bug; /* owned; also where applying has made it */
};

/* The whole console, piece by piece. */
static int console_feed(struct db *tx, const struct reading *reading, struct console_reader *reader)
{
	int64_t at = 0;
	while (at < reading->size_bytes) {
		_free_ char *bytes = NULL;
		size_t size = 0;
		const int outcome = stream_read(
			tx, reading->attempt_id, reading->name, at, PIECE_BYTES, &bytes, &size);
		if (outcome != 0) {
			return outcome;
		}
		if (size == 0) {
			return log_fault("its console has a hole at byte %" PRId64, at);
		}
		console_reader_feed(reader, bytes, size);
		at += (int64_t)size;
	}
	if (reading->is_complete) {
		console_reader_finish(reader);
	}
	return 0;
}

/* By what stands in the database and what the preview has met: where a person has put it, then its
 * own title before others, as bug_find.sql has it. */
static int goal_look(struct db *tx, const struct reread *pass, int64_t attempt_id,
	const struct occurrence *now, struct goal *goal)
{
	bool is_pinned = false, is_own = false;
	int outcome = bug_lookup(tx, attempt_id, now, &goal->bug_id, &is_pinned);
	if (outcome != 0 || is_pinned || pass->wish->is_applied) {
		return outcome;
	}
	struct goal met = {0};
	outcome = reread_bug_find(tx, pass, attempt_id, now, &met.bug_id, &met.new_bug, &is_own);
	if (is_own || goal->bug_id == 0) {
		*goal = met;
	} else {
		free(met.new_bug);
	}
	return outcome;
}

/* Unknown titles: what a person has decided about a bug stays with its reports, else a bug is made.
 */
static int goal_make(struct db *tx, const struct reread *pass, const struct report_change *change,
	struct goal *goal)
{
	bool is_touched = false;
	int outcome = 0;
	if (change->before != NULL) {
		outcome = bug_touched(tx, change->before->bug_id, &is_touched);
	}
	if (is_touched) {
		goal->bug_id = change->before->bug_id;
	} else {
		goal->new_bug = alloc_copy(change->now.title);
	}
	if (outcome == 0 && is_touched && pass->wish->is_applied) {
		outcome = bug_titles_add(tx, goal->bug_id, &change->now);
	}
	return outcome;
}

static int goal_find(struct db *tx, const struct reread *pass, int64_t attempt_id,
	const struct report_change *change, struct goal *goal)
{
	int outcome = goal_look(tx, pass, attempt_id, &change->now, goal);
	if (outcome == 0 && goal->bug_id == 0 && goal->new_bug == NULL) {
		outcome = goal_make(tx, pass, change, goal);
	}
	if (outcome == 0 && !pass->wish->is_applied) {
		outcome = reread_title_add(
			tx, pass, attempt_id, &change->now, goal->bug_id, goal->new_bug);
	}
	return outcome;
}

/* "added", "removed", "retitled", "moved", or NULL where only details differ. */
static const char *kind_of(const struct report_change *change, const struct goal *goal)
{
	if (change->before == NULL) {
		return "added";
	}
	if (!report_is_there(change)) {
		return "removed";
	}
	if (strcmp(change->before->title, change->now.title) != 0) {
		return "retitled";
	}
	return change->before->bug_id != goal->bug_id ? "moved" : NULL;
}

static int changes_tell(struct db *tx, const struct reread *pass, const struct reading *reading,
	const struct report_changes *changes, const struct goal *goals)
{
	_free_ struct reread_change *list = alloc_zero(changes->n + 1, sizeof(*list));
	size_t n = 0;
	int64_t rewritten = 0;
	for (size_t i = 0; i < changes->n; i++) {
		const struct report_change *c = &changes->list[i];
		const char *kind = kind_of(c, &goals[i]);
		if (kind == NULL) {
			rewritten++;
			continue;
		}
		list[n++] = (struct reread_change){
			.start_byte = c->before != NULL ? c->before->start_byte : c->now.start_byte,
			.kind = kind,
			.old_title = c->before != NULL ? c->before->title : NULL,
			.new_title = c->now.title,
			.old_bug_id = c->before != NULL ? c->before->bug_id : 0,
			.new_bug_id = goals[i].bug_id,
			.new_bug = goals[i].new_bug};
	}
	const struct reread_done done = {.attempt_id = reading->attempt_id,
		.is_build = strcmp(reading->name, "build") == 0,
		.list = list,
		.n = n,
		.rewritten = rewritten};
	return reread_keep(tx, pass, &done);
}

/* Finds each report's goal; applying makes it so. */
static int goals_find(struct db *tx, const struct reread *pass, const struct reading *reading,
	struct report_changes *changes, struct goal *goals)
{
	/* What is counted is locked before anything about bugs (store/tally.h). */
	struct tally_cell cell;
	int outcome = pass->wish->is_applied && changes->n > 0
			      ? tally_lock(tx, reading->attempt_id, &cell)
			      : 0;
	for (size_t i = 0; i < changes->n && outcome == 0; i++) {
		if (report_is_there(&changes->list[i])) {
			outcome = goal_find(
				tx, pass, reading->attempt_id, &changes->list[i], &goals[i]);
		}
	}
	if (outcome == 0 && pass->wish->is_applied) {
		outcome = reports_keep(tx, reading, changes);
		outcome = outcome != 0 ? outcome : symbol_want(tx, reading->attempt_id);
	}
	for (size_t i = 0; i < changes->n && outcome == 0 && pass->wish->is_applied; i++) {
		goals[i].bug_id = changes->list[i].bug_id;
	}
	return outcome;
}

/* What an applied pass remembers of the stream. `state`: what its reader must remember. */
static int reading_settle(struct db *tx, const struct reread *pass, const struct reading *reading,
	const char *state, bool is_changed)
{
	const bool is_build = strcmp(reading->name, "build") == 0;
	const int version = is_build ? pass->build_version : pass->version;
	if (!pass->wish->is_applied) {
		return 0;
	}
	return is_changed ? reading_keep(tx, reading, reading->size_bytes, reading->is_complete,
				    version, state)
			  : reading_renew(tx, reading, reading->is_complete, version, state);
}

/* Judges what reads otherwise, and as an applied pass keeps it. */
static int changes_judge(struct db *tx, const struct reread *pass, const struct reading *reading,
	struct report_changes *changes, const char *state)
{
	struct goal *goals = alloc_zero(changes->n + 1, sizeof(*goals));
	int outcome = goals_find(tx, pass, reading, changes, goals);
	if (outcome == 0) {
		outcome = changes_tell(tx, pass, reading, changes, goals);
	}
	if (outcome == 0) {
		outcome = reading_settle(tx, pass, reading, state, changes->n > 0);
	}
	for (size_t i = 0; i < changes->n; i++) {
		free(goals[i].new_bug);
	}
	free(goals);
	return outcome;
}

static int console_judge(struct db *tx, const struct reread *pass, const struct reading *reading,
	struct console_reader *reader)
{
	_changes_ struct report_changes changes = {0};
	const int outcome =
		reports_compare(tx, reading, reader, console_reader_count(reader), &changes);
	_free_ char *state = alloc_format("{\"reports\":%zu,\"lost\":%zu}",
		console_reader_count(reader), console_reader_lost(reader));
	return outcome == 0 ? changes_judge(tx, pass, reading, &changes, state) : outcome;
}

static int console_turn(struct db *tx, const struct reread *pass, int64_t attempt_id)
{
	_reader_ struct console_reader *reader = console_reader_new();
	_reading_ struct reading reading = {0};
	int outcome = reading_begin(tx, attempt_id, "console", &reading);
	log_about(reading.job_id, attempt_id);
	if (outcome == 0) {
		outcome = console_feed(tx, &reading, reader);
	}
	return outcome == 0 ? console_judge(tx, pass, &reading, reader) : outcome;
}

/* A log that says nothing of the kernel has been read all the same. */
static int build_judge(struct db *tx, const struct reread *pass, const struct reading *reading,
	struct buildlog *log)
{
	_changes_ struct report_changes changes = {0};
	int outcome = buildlogs_read(tx, reading, log);
	const bool is_telling = outcome == 0;
	if (outcome != 0 && outcome != BUILD_NONE) {
		return outcome;
	}
	outcome = is_telling ? reports_compare_build(tx, reading, log, &changes) : 0;
	if (outcome == 0) {
		outcome = changes_judge(tx, pass, reading, &changes, "{}");
	}
	return outcome == 0 && is_telling && pass->wish->is_applied
		       ? buildlogs_made_keep(tx, reading, log)
		       : outcome;
}

static int build_turn(struct db *tx, const struct reread *pass, int64_t attempt_id)
{
	_buildlog_ struct buildlog *log = buildlog_new();
	_reading_ struct reading reading = {0};
	const int outcome = reading_begin(tx, attempt_id, "build", &reading);
	log_about(reading.job_id, attempt_id);
	return outcome == 0 ? build_judge(tx, pass, &reading, log) : outcome;
}

/* An attempt in one transaction. 0, READING_NONE, DB_REFUSED or a fault. */
static int turn(struct db *db, const struct reread *pass, const struct reread_item *item)
{
	_tx_ struct db *tx = NULL;
	int outcome = db_begin(db, &tx);
	if (outcome == 0 && item->has_console) {
		outcome = console_turn(tx, pass, item->attempt_id);
	}
	if (outcome == 0 && item->has_build) {
		outcome = build_turn(tx, pass, item->attempt_id);
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

int reread_batch(struct db *db, struct reread *pass, struct reread_count *count, size_t *n)
{
	struct reread_item items[REREAD_BATCH];
	int outcome = reread_next(db, pass, items, n);
	for (size_t i = 0; i < *n && outcome == 0; i++) {
		const int read = turn(db, pass, &items[i]);
		if (read == DB_FAULT_RETRY) {
			return read;
		}
		if (read == DB_REFUSED) {
			log_warning("what it said cannot be read again: %s", db_refusal(db));
		}
		count->read += read == 0;
		count->busy += read == READING_NONE;
		count->failed += read != 0 && read != READING_NONE;
		pass->last_attempt_id = items[i].attempt_id;
	}
	log_about(0, 0);
	return outcome;
}
