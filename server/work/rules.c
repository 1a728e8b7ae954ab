/* Stage rules: what people know is marked in reports. Reports that have changed are tried with all
 * rules; a rule that has changed is tried on old reports, from the newest down. A pattern that is
 * given up is told at its rule and stops nothing. */
#include "work/stage.h"

#include <inttypes.h>
#include <stdlib.h>

#include "rules/rule.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"
#include "store/db.h"
#include "store/metrics.h"
#include "store/row.h"
#include "store/rule.h"

/* TURN: how long one turn goes on taking more. PING: PostgreSQL ends transactions that say nothing
 * for half a minute, and many rules on many reports may take longer. */
#define TURN_NS INT64_C(100000000)
#define PING_NS INT64_C(5000000000)

/* As db/queries/rule_active.sql has it: given up so often, a rule is tried no more. */
enum { LIMIT_HITS = 10 };

/* A rule with its pattern. */
struct tried {
	const struct rule *rule;
	struct pattern *pattern;
	enum rule_target target;
	struct rule_scope scope;
	int limit_hits; /* in this turn */
};

/* A turn's rules, and what it has found. */
struct turn {
	struct db *tx;
	struct tried *tried;
	size_t n_tried;
	struct rule_hit *hits; /* room for all rules on one batch of reports */
	size_t n_hits;
};

static void tried_free(struct tried *tried, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		pattern_free(tried[i].pattern);
	}
	free(tried);
}

/* A pattern that was good when it was kept and is no longer (another version of the library) is
 * given up like one that meets a limit. */
static int tried_make(struct db *db, const struct rule *rules, size_t n, struct turn *turn)
{
	int outcome = 0;
	turn->tried = alloc_zero(n + 1, sizeof(*turn->tried));
	turn->hits = alloc_zero(n * RULE_SUBJECTS + 1, sizeof(*turn->hits));
	for (size_t i = 0; i < n && outcome == 0; i++) {
		struct tried *t = &turn->tried[turn->n_tried];
		struct pattern_error error;
		if (pattern_new(rules[i].pattern, &t->pattern, &error) != 0) {
			outcome = rule_fail(db, &rules[i], error.text, 0);
			continue;
		}
		t->rule = &rules[i];
		t->target = rule_target_parse(rules[i].target);
		t->scope = (struct rule_scope){rules[i].arch, rules[i].fs, rules[i].tree_id};
		turn->n_tried++;
	}
	return outcome;
}

static struct rule_subject subject_read(const struct rows *rows, size_t row)
{
	return (struct rule_subject){.title = row_text(rows, row, "title"),
		.alts = row_text(rows, row, "alts"),
		.text = row_text(rows, row, "text"),
		.arch = row_text(rows, row, "arch"),
		.fs = row_text(rows, row, "fs"),
		.tree_id = row_int(rows, row, "tree_id")};
}

static int report_try(struct turn *turn, struct tried *t, const struct rows *rows, size_t row)
{
	if (t->limit_hits >= LIMIT_HITS) {
		return 0;
	}
	const struct rule_subject subject = subject_read(rows, row);
	const int64_t attempt_id = row_int(rows, row, "attempt_id");
	struct rule_found found;
	switch (rule_match(t->pattern, t->target, &t->scope, &subject, &found)) {
	case PATTERN_FOUND:
		turn->hits[turn->n_hits++] = (struct rule_hit){.rule_id = t->rule->id,
			.rule_version = t->rule->version,
			.attempt_id = attempt_id,
			.start_byte = row_int(rows, row, "start_byte"),
			.bug_id = row_int(rows, row, "bug_id")};
		return 0;
	case PATTERN_LIMIT:
		t->limit_hits++;
		log_info("rule %" PRId64 " is given up at attempt %" PRId64 ": %s", t->rule->id,
			attempt_id, pattern_why(t->pattern));
		return rule_fail(turn->tx, t->rule, pattern_why(t->pattern), attempt_id);
	default:
		return 0;
	}
}

/* Tries rules on a batch of reports and keeps what they match. */
static int batch_try(struct turn *turn, const struct rows *rows)
{
	int outcome = 0;
	turn->n_hits = 0;
	int64_t said_ns = number_monotonic_ns();
	for (size_t row = 0; row < rows_count(rows) && outcome == 0; row++) {
		for (size_t i = 0; i < turn->n_tried && outcome == 0; i++) {
			outcome = report_try(turn, &turn->tried[i], rows, row);
		}
		if (outcome == 0 && number_monotonic_ns() - said_ns > PING_NS) {
			outcome = metrics_ping(turn->tx);
			said_ns = number_monotonic_ns();
		}
	}
	return outcome == 0 ? rule_match_put(turn->tx, turn->hits, turn->n_hits) : outcome;
}

/* All reports of an attempt, batch by batch. */
static int attempt_try(struct turn *turn, int64_t attempt_id)
{
	int64_t at = INT64_MAX;
	size_t n = RULE_SUBJECTS;
	int outcome = 0;
	while (outcome == 0 && n == RULE_SUBJECTS) {
		_rows_ struct rows *rows = NULL;
		outcome = rule_subjects(turn->tx, attempt_id, at, attempt_id, true, &rows);
		n = outcome == 0 ? rows_count(rows) : 0;
		if (n > 0) {
			at = row_int(rows, n - 1, "start_byte");
			outcome = batch_try(turn, rows);
		}
	}
	return outcome;
}

/* One attempt whose reports have changed, in one transaction. */
static int item_turn(
	struct stage_place *place, struct turn *turn, const struct rule *rules, size_t n, bool *did)
{
	_tx_ struct db *tx = NULL;
	int64_t attempt_id = 0, job_id = 0;
	int outcome = db_begin(place->db, &tx);
	turn->tx = tx;
	if (outcome == 0) {
		outcome = rule_lock(tx);
	}
	if (outcome == 0) {
		outcome = rule_item_next(tx, &attempt_id, &job_id);
	}
	log_about(job_id, attempt_id);
	if (outcome != 0 || attempt_id == 0) {
		return outcome;
	}
	outcome = rule_match_clear(tx, attempt_id, rules, n);
	if (outcome == 0 && turn->n_tried > 0) {
		outcome = attempt_try(turn, attempt_id);
	}
	if (outcome == 0) {
		outcome = rule_item_done(tx, attempt_id);
	}
	*did = *did || outcome == 0;
	return outcome == 0 ? db_commit(&tx) : outcome;
}

/* One rule on the next batch of old reports, in one transaction. RULE_STALE: it was changed just
 * now, and is seen to in the next turn. */
static int sweep_turn(struct stage_place *place, struct turn *turn, struct tried *t)
{
	_tx_ struct db *tx = NULL;
	_rows_ struct rows *rows = NULL;
	struct turn own = {.tried = t, .n_tried = 1, .hits = turn->hits};
	int outcome = db_begin(place->db, &tx);
	own.tx = tx;
	if (outcome == 0) {
		outcome = rule_lock(tx);
	}
	if (outcome == 0) {
		outcome = rule_subjects(tx, t->rule->swept_attempt_id, t->rule->swept_byte, 0,
			t->target != RULE_TITLE, &rows);
	}
	if (outcome == 0) {
		outcome = batch_try(&own, rows);
	}
	if (outcome == 0) {
		const size_t n = rows_count(rows);
		outcome = n == 0 ? rule_swept(tx, t->rule, t->rule->swept_attempt_id,
					   t->rule->swept_byte, true)
				 : rule_swept(tx, t->rule, row_int(rows, n - 1, "attempt_id"),
					   row_int(rows, n - 1, "start_byte"), n < RULE_SUBJECTS);
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

static int sweeps_turn(struct stage_place *place, struct turn *turn, int64_t until_ns, bool *did)
{
	int outcome = 0;
	for (size_t i = 0; i < turn->n_tried && outcome == 0; i++) {
		if (!turn->tried[i].rule->is_sweeping || number_monotonic_ns() > until_ns) {
			continue;
		}
		outcome = sweep_turn(place, turn, &turn->tried[i]);
		*did = *did || outcome == 0;
		outcome = outcome == RULE_STALE ? 0 : outcome;
	}
	return outcome;
}

static int rules_turn(struct stage_place *place, const struct rule *rules, size_t n, bool *did)
{
	const int64_t until_ns = number_monotonic_ns() + TURN_NS;
	struct turn turn = {0};
	int outcome = tried_make(place->db, rules, n, &turn);
	bool is_more = true;
	while (outcome == 0 && is_more && number_monotonic_ns() < until_ns &&
		!stage_is_stopping(place)) {
		is_more = false;
		outcome = item_turn(place, &turn, rules, n, &is_more);
		*did = *did || is_more;
	}
	if (outcome == 0) {
		outcome = sweeps_turn(place, &turn, until_ns, did);
	}
	tried_free(turn.tried, turn.n_tried);
	free(turn.hits);
	return outcome;
}

int stage_rules(struct stage_place *place)
{
	struct rule *rules = NULL;
	size_t n = 0;
	bool did = false;
	int outcome = rule_active(place->db, &rules, &n);
	if (outcome == 0) {
		outcome = rules_turn(place, rules, n, &did);
	}
	rules_free(rules, n);
	if (outcome == RULE_BUSY) {
		return STAGE_IDLE;
	}
	if (outcome > 0) {
		return log_fault("cannot try rules: %s", stage_why(place->db, outcome));
	}
	return outcome < 0 ? outcome : did ? STAGE_DID : STAGE_IDLE;
}
