/* The lives of bugs: an order is looked at first (is it so already, has the bug changed since, can
 * it be), then carried out and written down. */
#include "store/bug_life.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/array.h"
#include "store/bug.h"
#include "store/bug_apart.h"
#include "store/bug_fix.h"
#include "store/bug_split.h"
#include "store/db.h"
#include "store/row.h"
#include "store/tally.h"

int bug_get(struct db *db, int64_t id, struct bug *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "bug_get", &rows, db_int(id));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return BUG_NONE;
	}
	bug_fini(out);
	*out = (struct bug){.id = id,
		.title = row_text_copy(rows, 0, "title"),
		.type = row_text_copy(rows, 0, "type"),
		.family = row_text_copy(rows, 0, "family"),
		.state = row_text_copy(rows, 0, "state"),
		.version = row_int(rows, 0, "version"),
		.duplicate_of = row_int(rows, 0, "duplicate_of"),
		.has_fix = row_bool(rows, 0, "has_fix"),
		.n_titles = row_int(rows, 0, "titles")};
	return 0;
}

void bug_fini(struct bug *bug)
{
	free(bug->title);
	free(bug->type);
	free(bug->family);
	free(bug->state);
	*bug = (struct bug){0};
}

bool bug_is(const struct bug *bug, const char *state)
{
	return strcmp(bug->state, state) == 0;
}

static struct db_value id_or_null(int64_t id)
{
	return id == 0 ? db_null() : db_int(id);
}

int bug_mark(struct db *db, const struct bug_order *order, const struct bug *bug,
	const char *action, const char *state, int64_t other_id, const char *detail)
{
	const bool is_duplicate = state != NULL && strcmp(state, "duplicate") == 0;
	const int64_t duplicate_of = is_duplicate    ? other_id
				     : state == NULL ? bug->duplicate_of
						     : 0;
	return DB_QUERY(db, "bug_mark", NULL, db_int(bug->id), db_text(state),
		id_or_null(duplicate_of), id_or_null(order->token_id), db_text(action),
		id_or_null(other_id), db_text(detail), db_text(order->note));
}

int bug_wrong(struct bug_answer *answer, char *why)
{
	free(answer->why);
	answer->why = why;
	return BUG_WRONG;
}

static int duplicate_wrong(const struct bug *bug, struct bug_answer *answer)
{
	return bug_wrong(answer, alloc_format("bug %" PRId64 " is a duplicate of bug %" PRId64
					      ": open it first, or go to that one",
					 bug->id, bug->duplicate_of));
}

/* Counts anew, and the rules' marks follow the reports. */
static int bugs_count(struct db *db, const char *bugs)
{
	const int outcome = tally_bugs(db, bugs);
	return outcome != 0 ? outcome : DB_QUERY(db, "bug_moved", NULL, db_text(bugs));
}

int bug_tally_two(struct db *db, int64_t a, int64_t b)
{
	_free_ char *bugs = alloc_format("{%" PRId64 ",%" PRId64 "}", a, b);
	return bugs_count(db, bugs);
}

static int open_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	(void)db;
	(void)order;
	(void)answer;
	return bug_is(bug, "open") || bug_is(bug, "reopened") ? BUG_SAME : 0;
}

/* A bug that was closed loses its fix, which has shown not to be one: else the next fetch would
 * close it again. */
static int open_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	(void)answer;
	_rows_ struct rows *rows = NULL;
	int outcome = 0;
	if (bug_is(bug, "duplicate")) {
		outcome = DB_QUERY(db, "bug_return", &rows, db_int(bug->id));
		outcome = outcome != 0 ? outcome : bugs_count(db, row_text(rows, 0, "bugs"));
	} else if (bug_is(bug, "fixed")) {
		outcome = DB_QUERY(db, "bug_fix_drop", &rows, db_int(bug->id));
	}
	const char *detail =
		bug_is(bug, "fixed") && outcome == 0 ? row_text(rows, 0, "titles") : "";
	const bool was_settled = bug_is(bug, "fixed") || bug_is(bug, "invalid");
	return outcome != 0 ? outcome
			    : bug_mark(db, order, bug, "open", was_settled ? "reopened" : "open",
				      bug->duplicate_of, detail);
}

static int invalid_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	(void)db;
	(void)order;
	if (bug_is(bug, "duplicate")) {
		return duplicate_wrong(bug, answer);
	}
	return bug_is(bug, "invalid") ? BUG_SAME : 0;
}

static int invalid_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	(void)answer;
	return bug_mark(db, order, bug, "invalid", "invalid", 0, "");
}

int bug_other(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug *other, struct bug_answer *answer)
{
	const int outcome = bug_get(db, order->other_id, other);
	if (outcome == BUG_NONE) {
		return bug_wrong(answer, alloc_format("there is no bug %" PRId64, order->other_id));
	}
	if (outcome == 0 && other->id == bug->id) {
		return bug_wrong(answer, alloc_copy("a bug has nothing to do with itself"));
	}
	if (outcome == 0 && strcmp(other->family, bug->family) != 0) {
		return bug_wrong(
			answer, alloc_format("bug %" PRId64 " is of the family '%s', bug %" PRId64
					     " of '%s'",
					other->id, other->family, bug->id, bug->family));
	}
	return outcome;
}

static int canonical_get(struct db *db, int64_t bug_id, int64_t *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "bug_canonical", &rows, db_int(bug_id));
	*out = outcome == 0 && rows_count(rows) > 0 ? row_int(rows, 0, "id") : 0;
	return outcome;
}

static int duplicate_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	if (bug_is(bug, "duplicate")) {
		return bug->duplicate_of == order->other_id ? BUG_SAME
							    : duplicate_wrong(bug, answer);
	}
	_bug_ struct bug other = {0};
	int64_t end = 0;
	int outcome = bug_other(db, bug, order, &other, answer);
	if (outcome == 0) {
		outcome = canonical_get(db, other.id, &end);
	}
	if (outcome == 0 && end == bug->id) {
		return bug_wrong(answer,
			alloc_format("bug %" PRId64 " is itself a duplicate of bug %" PRId64,
				other.id, bug->id));
	}
	return outcome;
}

static int duplicate_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	(void)answer;
	return bug_mark(db, order, bug, "duplicate", "duplicate", order->other_id, "");
}

static int join_check(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	if (bug_is(bug, "duplicate")) {
		return duplicate_wrong(bug, answer);
	}
	_bug_ struct bug other = {0};
	const int outcome = bug_other(db, bug, order, &other, answer);
	if (outcome != 0 || !bug_is(&other, "duplicate")) {
		return outcome;
	}
	if (other.duplicate_of != bug->id) {
		return duplicate_wrong(&other, answer);
	}
	return other.n_titles == 0 ? BUG_SAME : 0;
}

/* All of `from` goes into `into`, and both lives say so. */
static int join(struct db *db, const struct bug_order *order, const struct bug *into,
	const struct bug *from)
{
	_rows_ struct rows *rows = NULL;
	const char *who = order->token_id == 0 ? "reader" : "person";
	int outcome =
		DB_QUERY(db, "bug_join", &rows, db_int(into->id), db_int(from->id), db_text(who));
	const char *titles = outcome == 0 ? row_text(rows, 0, "titles") : "";
	if (outcome == 0) {
		outcome = bug_tally_two(db, into->id, from->id);
	}
	if (outcome == 0) {
		outcome = bug_mark(db, order, from, "joined", "duplicate", into->id, titles);
	}
	return outcome != 0 ? outcome : bug_mark(db, order, into, "join", NULL, from->id, titles);
}

static int join_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	(void)answer;
	_bug_ struct bug other = {0};
	const int outcome = bug_get(db, order->other_id, &other);
	return outcome != 0 ? outcome : join(db, order, bug, &other);
}

/* One pair of them. BUG_SAME: there is none. */
static int join_met(struct db *db, int64_t attempt_id, const char *claimed_at)
{
	static const struct bug_order order = {.note = ""};
	_rows_ struct rows *met = NULL;
	_bug_ struct bug into = {0}, from = {0};
	int outcome = DB_QUERY(db, "bug_met", &met, db_int(attempt_id), db_text(claimed_at));
	if (outcome != 0 || rows_count(met) == 0) {
		return outcome != 0 ? outcome : BUG_SAME;
	}
	outcome = bug_get(db, row_int(met, 0, "bug_id"), &into);
	if (outcome == 0) {
		outcome = bug_get(db, row_int(met, 0, "other_id"), &from);
	}
	return outcome != 0 ? outcome : join(db, &order, &into, &from);
}

/* Looked at first without locks, since there is hardly ever one. */
int bug_join_met(struct db *db, int64_t attempt_id, const char *claimed_at)
{
	_rows_ struct rows *met = NULL, *rows = NULL;
	int outcome = DB_QUERY(db, "bug_met", &met, db_int(attempt_id), db_text(claimed_at));
	if (outcome != 0 || rows_count(met) == 0) {
		return outcome;
	}
	outcome = DB_QUERY(db, "bug_family", &rows, db_int(attempt_id));
	if (outcome == 0) {
		outcome = tally_lock_all(db);
	}
	if (outcome == 0) {
		outcome = bug_lock(db, row_text(rows, 0, "family"));
	}
	while (outcome == 0) {
		outcome = join_met(db, attempt_id, claimed_at);
	}
	return outcome == BUG_SAME ? 0 : outcome;
}

static const struct {
	const char *name;
	int (*check)(struct db *db, const struct bug *bug, const struct bug_order *order,
		struct bug_answer *answer);
	int (*run)(struct db *db, const struct bug *bug, const struct bug_order *order,
		struct bug_answer *answer);
} actions[] = {
	{"apart", bug_apart_check, bug_apart_run},
	{"duplicate", duplicate_check, duplicate_run},
	{"fix", bug_fix_check, bug_fix_run},
	{"invalid", invalid_check, invalid_run},
	{"join", join_check, join_run},
	{"needed", bug_needed_check, bug_needed_run},
	{"needless", bug_needless_check, bug_needless_run},
	{"open", open_check, open_run},
	{"split", bug_split_check, bug_split_run},
	{"unfix", bug_unfix_check, bug_unfix_run},
};

/* What is so already is no error, whoever made it so; what is out of date is told before what is
 * wrong, since the person did not see why. */
static int order_run(struct db *db, const struct bug *bug, const struct bug_order *order,
	struct bug_answer *answer)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(actions[i].name, order->action) != 0) {
			continue;
		}
		const int outcome = actions[i].check(db, bug, order, answer);
		if (outcome < 0 || outcome == DB_REFUSED || outcome == BUG_SAME) {
			return outcome;
		}
		if (order->version != 0 && order->version != bug->version) {
			return BUG_STALE;
		}
		return outcome != 0 ? outcome : actions[i].run(db, bug, order, answer);
	}
	return bug_wrong(
		answer, alloc_format("'%s' is nothing that can be done to a bug", order->action));
}

int bug_order(struct db *db, const struct bug_order *order, struct bug_answer *answer)
{
	_tx_ struct db *tx = NULL;
	_bug_ struct bug bug = {0};
	*answer = (struct bug_answer){.bug_id = order->bug_id};
	int outcome = db_begin(db, &tx);
	if (outcome == 0) {
		outcome = bug_get(tx, order->bug_id, &bug);
	}
	if (outcome == 0) {
		outcome = tally_lock_all(tx);
	}
	if (outcome == 0) {
		outcome = bug_lock(tx, bug.family);
	}
	if (outcome == 0) {
		outcome = bug_get(tx, order->bug_id, &bug);
	}
	if (outcome == 0) {
		outcome = order_run(tx, &bug, order, answer);
	}
	return outcome == BUG_SAME ? 0 : outcome != 0 ? outcome : db_commit(&tx);
}
