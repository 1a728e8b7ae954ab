/* Stage bisect: searches for the commit that brought a bug, took it away, or moved what is
 * measured. Whenever attempts have ended, all that is known of the range is weighed anew (so
 * nothing is lost with a process), and as many attempts are ordered as machines are there, those
 * that should tell most for their minutes. Attempts that anybody else made of these commits count
 * like its own. What is found is tried reverted; where a tree's policy has minutes for it, searches
 * begin by themselves. */
#include "work/stage.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/log.h"
#include "stats/ancestry.h"
#include "stats/culprit.h"
#include "stats/culprit_pair.h"
#include "store/bisection_order.h"
#include "store/db.h"
#include "work/bisect_look.h"

/* Of each side when what was found is confirmed: so many that silence at the old chance has one of
 * CONFIRM_MISS, within these limits. */
#define CONFIRM_MISS 0.01
enum { CONFIRM_MIN = 3, CONFIRM_MAX = 50 };

/* Where a change's attempts are made. */
struct order_machines {
	char *names[BATCH_MAX];
	size_t n;
};

static void order_machines_fini(struct order_machines *machines)
{
	for (size_t i = 0; i < machines->n; i++) {
		free(machines->names[i]);
	}
}

static int range_read(struct db *tx, struct look *look, const char **state)
{
	int64_t commits = 0;
	int outcome = 0;
	if (look->b.is_first) {
		outcome = bisection_fill(tx, look->b.id, ANCESTRY_MAX, &commits);
	}
	if (outcome == 0) {
		outcome = bisection_range_read(tx, look->b.id, &look->range);
	}
	if (outcome != 0) {
		return outcome;
	}
	if (ancestry_new(look->range.n, look->range.starts, look->range.parents, &look->line) !=
			0 ||
		look->range.n < 2) {
		*state = commits > ANCESTRY_MAX ? "too_large" : "stuck";
	}
	return 0;
}

/* One attempt; of a change beside one of its ends in turn, on one machine, since a value says
 * something only beside others of that machine. */
static int attempt_order(struct db *tx, const struct look *look, const struct culprit_choice *c,
	const struct order_machines *machines, size_t turn)
{
	const int64_t commit_id = look->range.commits[c->commit];
	if (!look->b.is_change) {
		return bisection_order(tx, &look->b, commit_id, c->bits, look->minutes[c->commit]);
	}
	const bool is_newer = ((size_t)look->b.ended + turn) % 2 == 1;
	const char *machine = machines->n == 0 ? NULL : machines->names[turn % machines->n];
	return bisection_order_beside(tx, &look->b, commit_id,
		look->range.commits[is_newer ? look->range.n - 1 : 0], c->bits,
		look->minutes[c->commit], machine);
}

/* More attempts, as many as machines are free for them and while the budget lasts. */
static int attempts_order(struct db *tx, struct look *look, const char **state)
{
	struct culprit_choice choices[BATCH_MAX];
	const size_t machines = look->b.machines < BATCH_MAX ? (size_t)look->b.machines : BATCH_MAX;
	const size_t wanted = machines > look->n_pending ? machines - look->n_pending : 0;
	const bool has_budget = look->b.used_minutes < look->b.budget_minutes;
	/* Also when nothing may be ordered: the best one says what the rest should take. */
	const size_t n = culprit_choose(look->search, 1, look->minutes, look->pending,
		look->n_pending, (uint64_t)look->n + 1, choices, wanted > 0 ? wanted : 1);
	__attribute__((cleanup(order_machines_fini))) struct order_machines names = {.n = 0};
	int outcome = look->b.is_change
			      ? bisection_machines(tx, look->b.id, names.names, BATCH_MAX, &names.n)
			      : 0;
	for (size_t i = 0; i < n && i < wanted && outcome == 0 && has_budget; i++) {
		outcome = attempt_order(tx, look, &choices[i], &names, i);
	}
	if (n > 0) {
		look->needs_minutes = culprit_entropy(look->search) / choices[0].bits *
				      look->minutes[choices[0].commit];
	}
	if (n == 0 && look->n_pending == 0) {
		*state = "stuck";
	} else if (!has_budget) {
		*state = "out_of_budget";
	}
	return outcome;
}

static int search_go_on(struct db *tx, struct look *look, const char **state)
{
	static const char *const words[] = {
		[CULPRIT_OPEN] = "running",
		[CULPRIT_FOUND] = "found",
		[CULPRIT_INSEPARABLE] = "inseparable",
		[CULPRIT_NOT_HERE] = "not_here",
	};
	if (!look_weigh(look)) {
		*state = "stuck";
		return 0;
	}
	const enum culprit_answer answer = culprit_judge(look->search, look->minutes);
	*state = words[answer];
	return answer == CULPRIT_OPEN ? attempts_order(tx, look, state) : 0;
}

/* Clean attempts in a row that come in CONFIRM_MISS of all tries where it is. */
static int64_t clean_runs(double chance)
{
	return (int64_t)ceil(log(CONFIRM_MISS) / log1p(-fmin(chance, 1 - CONFIRM_MISS)));
}

static int64_t confirm_attempts(int64_t enough)
{
	return enough < CONFIRM_MIN ? CONFIRM_MIN : enough > CONFIRM_MAX ? CONFIRM_MAX : enough;
}

/* What confirms one that was found, in one transaction. BISECTION_NONE: nothing is to be. */
static int confirm_turn(struct stage_place *place)
{
	_tx_ struct db *tx = NULL;
	_bisection_confirm_ struct bisection_confirm confirm = {0};
	int outcome = bisection_confirm_want(place->db);
	if (outcome == 0) {
		outcome = db_begin(place->db, &tx);
	}
	if (outcome == 0) {
		outcome = bisection_confirm_next(tx, &confirm);
	}
	if (outcome == 0) {
		outcome =
			bisection_confirm_order(tx, &confirm, confirm_attempts(confirm.clean_runs));
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

/* A range may hold two, and one be named for both. */
static void two_ask(struct look *look, struct bisection_known *known)
{
	struct culprit_pair pair = {0};
	culprit_pair_find(look->search, &pair);
	known->two = pair.belief;
	known->two_first = pair.first;
	known->two_second = pair.second;
}

static int search_keep(struct db *tx, struct look *look, const char *state)
{
	struct bisection_known known = {.state = state,
		.none = NAN,
		.entropy = NAN,
		.needs_minutes = look->needs_minutes,
		.two = NAN,
		.evidence = look->evidence,
		.n_evidence = look->n};
	if (look->search != NULL) {
		known.none = culprit_none(look->search);
		known.entropy = culprit_entropy(look->search);
		known.beliefs = culprit_posterior(look->search);
		known.n = look->range.n;
		known.clean_runs = look->b.is_change ? 0 : clean_runs(look->chance);
	}
	if (strcmp(state, "found") == 0 && !look->b.is_change) {
		two_ask(look, &known);
	}
	int outcome = bisection_keep(tx, &look->b, &known);
	if (outcome == 0 && strcmp(state, "running") != 0) {
		outcome = bisection_runs_cancel(tx, look->b.id);
	}
	return outcome;
}

/* One search, in one transaction. BISECTION_NONE: none is due. */
static int turn(struct stage_place *place)
{
	_tx_ struct db *tx = NULL;
	_look_ struct look look = {.needs_minutes = NAN};
	const char *state = "running";
	int outcome = db_begin(place->db, &tx);
	if (outcome == 0) {
		outcome = bisection_next(tx, &look.b);
	}
	if (outcome == 0) {
		log_matter("bisection=%" PRId64, look.b.id);
		outcome = range_read(tx, &look, &state);
	}
	if (outcome == 0 && strcmp(state, "running") == 0) {
		outcome = bisection_evidence_read(tx, &look.b, &look.evidence, &look.n);
		outcome = outcome == 0 ? search_go_on(tx, &look, &state) : outcome;
	}
	if (outcome == 0) {
		outcome = search_keep(tx, &look, state);
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

int stage_bisect(struct stage_place *place)
{
	int outcome = turn(place);
	outcome = outcome == BISECTION_NONE ? confirm_turn(place) : outcome;
	outcome = outcome == BISECTION_NONE ? bisection_begin(place->db) : outcome;
	if (outcome == BISECTION_NONE) {
		return STAGE_IDLE;
	}
	if (outcome > 0) {
		return log_fault(
			"cannot go on with a bisection: %s", stage_why(place->db, outcome));
	}
	return outcome < 0 ? outcome : STAGE_DID;
}
